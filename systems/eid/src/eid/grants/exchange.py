"""Token exchange: a resource server that was called with a person's token calls the next one on (RFC 8693).

What a token says of a person can only become less on the way: scope, acr, auth_time and expiry never rise, and who
acts stands in `act`, the newest actor outside (RFC 8693 4.1).
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from eid.clients import Client
from eid.oidc import scopes
from eid.oidc.errors import InvalidRequest, InvalidScope, InvalidTarget

ACCESS_TOKEN: Final = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105
JWT: Final = "urn:ietf:params:oauth:token-type:jwt"
MAX_ACTORS: Final = 4


class Subject(msgspec.Struct, frozen=True):
    """What the presented token says; `exp` and `auth_time` in seconds since 1970."""

    client_id: str
    audience: tuple[str, ...]
    scope: tuple[str, ...]
    exp: int
    acr: str | None = None
    auth_time: int | None = None
    act: dict[str, Any] | None = None


class Exchanged(msgspec.Struct, frozen=True):
    """What the new token may say."""

    audience: str
    scope: tuple[str, ...]
    exp: int
    act: dict[str, Any]
    acr: str | None
    auth_time: int | None


def asked_types(params: dict[str, str]) -> None:
    """RFC 8693 2.1: our own access tokens in, an access token out. Raises InvalidRequest."""
    if "subject_token" not in params or "subject_token_type" not in params:
        raise InvalidRequest("subject_token or subject_token_type is missing")
    if ("actor_token" in params) != ("actor_token_type" in params):
        raise InvalidRequest("actor_token and actor_token_type come together")
    for name in ("subject_token_type", "actor_token_type", "requested_token_type"):
        if params.get(name, ACCESS_TOKEN) not in (ACCESS_TOKEN, JWT):
            raise InvalidRequest(f"{name} is not an access token")


def target_of(client: Client, params: dict[str, str]) -> str:
    """The one resource that is asked for (`resource`, RFC 8707, or `audience`). Raises InvalidTarget."""
    named = {params[name] for name in ("resource", "audience") if name in params}
    if len(named) != 1:
        raise InvalidTarget("one resource or audience has to be named")
    target = named.pop()
    # guard: eid-exchange-target-is-registered
    if target not in client.resources:
        raise InvalidTarget("the target is not registered for this client")
    return target


def exchange(
    client: Client, subject: Subject, *, target: str, scope: str, actor: dict[str, Any], latest: int
) -> Exchanged:
    """Judge an exchange by `client`. `actor` is who acts from now on; `latest` bounds the new expiry (seconds).

    Raises InvalidRequest (not this client's token to exchange, or too long a chain) or InvalidScope.
    """
    # guard: eid-exchange-subject-is-addressed-to-client
    if client.resource_server not in subject.audience and subject.client_id != client.client_id:
        raise InvalidRequest("the subject_token is not for this client")
    if _depth(subject.act) >= MAX_ACTORS:
        raise InvalidRequest("too many have acted already")
    asked = (
        scopes.parse(scope) if scope else tuple(word for word in subject.scope if word in scopes.parse(client.scope))
    )
    # guard: eid-exchange-scope-never-rises
    if not set(asked) <= set(subject.scope) & set(scopes.parse(client.scope)):
        raise InvalidScope("scope goes beyond the subject_token or the registration")
    return Exchanged(
        audience=target,
        scope=asked,
        exp=min(subject.exp, latest),
        act=actor | ({"act": subject.act} if subject.act else {}),
        acr=subject.acr,
        auth_time=subject.auth_time,
    )


def _depth(act: dict[str, Any] | None) -> int:
    depth = 0
    while isinstance(act, dict):
        depth, act = depth + 1, act.get("act")
    return depth
