"""The token endpoint's answer, made of what was granted: one function for every grant type.

RFC 6749 5.1, OpenID Connect Core 3.1.3.3, RFC 9449 5 (`token_type`), RFC 9396 7, RFC 8693 2.2.
"""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

import msgspec

from eid.tokens import content, issue
from eid.tokens.confirmation import Confirmation
from eid.tokens.jws import SigningKey, SigningKeyLike


class SigningKeys(Protocol):
    """What signs (see keys.KeyRing)."""

    @property
    def current(self) -> SigningKey:
        """The ES256 key in force."""

    def signing(self, alg: str) -> SigningKeyLike:
        """The key in force for another algorithm."""


class SignIn(msgspec.Struct, frozen=True):
    """The sign-in that an ID token speaks of. `auth_time` in seconds since 1970."""

    auth_time: int
    acr: str
    amr: tuple[str, ...]
    sid: str | None
    nonce: str | None = None


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What a grant type's handler came to, before it becomes tokens.

    `grant_id` names the record that revokes the access token; `resource` the audience (empty: our userinfo);
    `authorization_details` is JSON text; `sign_in` is there when a person signed in, `id_token` says whether an ID
    token is made of it. `more` are members that a grant type adds to the answer (`issued_token_type`, …).
    """

    grant_id: UUID
    client_id: str
    sub: str
    scope: tuple[str, ...] = ()
    resource: tuple[str, ...] = ()
    authorization_details: str | None = None
    cnf: Confirmation | None = None
    act: dict[str, Any] | None = None
    sign_in: SignIn | None = None
    id_token: bool = False
    id_token_alg: str = "ES256"  # noqa: S105
    id_token_claims: dict[str, Any] = {}
    refresh_token: str | None = None
    lifetime: int = content.LIFETIME
    more: dict[str, Any] = {}


def token_response(given: Given, keys: SigningKeys, *, issuer: str, now: int) -> dict[str, Any]:
    """The JSON document that a client gets."""
    key, sign_in = keys.current, given.sign_in
    answer: dict[str, Any] = {
        "access_token": issue.access_token(
            key,
            issuer=issuer,
            sub=given.sub,
            client_id=given.client_id,
            grant_id=given.grant_id,
            scope=given.scope,
            audience=given.resource,
            cnf=given.cnf,
            act=given.act,
            authorization_details=given.authorization_details,
            auth_time=None if sign_in is None else sign_in.auth_time,
            acr=None if sign_in is None else sign_in.acr,
            lifetime=given.lifetime,
            now=now,
        ),
        "token_type": "Bearer" if given.cnf is None else given.cnf.token_type,
        "expires_in": given.lifetime,
    }
    if given.scope:
        answer["scope"] = " ".join(given.scope)
    if given.refresh_token is not None:
        answer["refresh_token"] = given.refresh_token
    if given.authorization_details is not None:
        answer["authorization_details"] = msgspec.Raw(given.authorization_details.encode())
    if sign_in is not None and given.id_token:
        answer["id_token"] = _id_token(given, sign_in, keys.signing(given.id_token_alg), issuer, now)
    return answer | given.more


def _id_token(given: Given, sign_in: SignIn, key: SigningKeyLike, issuer: str, now: int) -> str:
    return issue.id_token(
        key,
        issuer=issuer,
        sub=given.sub,
        client_id=given.client_id,
        nonce=sign_in.nonce,
        auth_time=sign_in.auth_time,
        acr=sign_in.acr,
        amr=sign_in.amr,
        sid=sign_in.sid,
        more=given.id_token_claims,
        now=now,
    )
