"""Request objects: an authorization request that its client signed (RFC 9101, Core 6, FAPI 2.0 Message Signing 5.3).

Pure: takes the object apart and judges it. What it holds then goes through the same table of checks as any request
(grants/checks.py), and nothing that stands beside it counts (RFC 9101 6.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from eid.clients.client import Client
from eid.oidc import foreign_jws
from eid.oidc.errors import InvalidRequest, InvalidRequestObject
from eid.oidc.foreign_jws import Unproven

TYPES: Final = (None, "JWT", "oauth-authz-req+jwt")  # RFC 9101 10.8: no other token of the client may pass for one
LIFETIME: Final = 3600  # FAPI MS 5.3.1: at most an hour from nbf to exp, nbf at most an hour ago
SKEW: Final = 60
#: Claims of the JWT itself (RFC 7519 4.1); everything else is a parameter.
_OF_THE_JWT: Final = frozenset(("iss", "aud", "exp", "nbf", "iat", "jti", "sub"))


class _Payload(msgspec.Struct):
    iss: str | None = None
    sub: str | None = None
    aud: str | list[str] | None = None
    exp: int | float | None = None
    nbf: int | float | None = None


_PAYLOAD: Final = msgspec.json.Decoder(_Payload)
_ALL: Final = msgspec.json.Decoder(dict[str, Any])


def is_missing(client: Client, params: dict[str, str]) -> bool:
    """Whether this client has to sign its requests, and did not (RFC 9101 10.5)."""
    # guard: eid-request-object-required
    return client.require_signed_request_object and "request" not in params and "request_uri" not in params


def read(text: str) -> Unproven:
    """Take an object apart; nothing of it is believed. Raises InvalidRequestObject."""
    try:
        return foreign_jws.take_apart(text)
    except foreign_jws.Malformed:
        raise InvalidRequestObject("the request object cannot be read") from None


def parameters(
    token: Unproven, client: Client, keys: Sequence[dict[str, Any]], *, issuer: str, now: int
) -> dict[str, str]:
    """The parameters that the object holds. Raises InvalidRequestObject, InvalidRequest."""
    alg = client.request_object_signing_alg
    # guard: eid-request-object-signature
    if not foreign_jws.is_signed(token, keys, (alg,) if alg else client.demands.signing_algorithms):
        raise InvalidRequestObject("the request object is not signed by its client")
    try:
        payload, members = _PAYLOAD.decode(token.payload), _ALL.decode(token.payload)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise InvalidRequestObject("the request object cannot be read") from None
    # guard: eid-request-object-not-another-token
    if token.header.typ not in TYPES or payload.sub == client.client_id:
        raise InvalidRequestObject("this is another kind of token")
    _judge_origin(payload, client, issuer)
    _judge_time(payload, client, now)
    held = {name: _text(name, value) for name, value in members.items() if name not in _OF_THE_JWT}
    # guard: eid-request-object-names-its-client
    if held.get("client_id", client.client_id) != client.client_id:
        raise InvalidRequest("client_id and the request object name two clients")
    return {name: value for name, value in held.items() if value} | {"client_id": client.client_id}


def _judge_origin(payload: _Payload, client: Client, issuer: str) -> None:
    """RFC 9101 4: from this client, for this server. FAPI wants both said; elsewhere what is said has to be true."""
    strict = client.demands.assertion_for_issuer_only
    audiences = [payload.aud] if isinstance(payload.aud, str) else payload.aud
    # guard: eid-request-object-audience
    if (payload.iss, audiences) == (None, None) and not strict:
        return
    if payload.iss != client.client_id and (strict or payload.iss is not None):
        raise InvalidRequestObject("the request object is another client's")
    if issuer not in (audiences or ()) and (strict or audiences is not None):
        raise InvalidRequestObject("the request object is for somebody else")


def _judge_time(payload: _Payload, client: Client, now: int) -> None:
    strict = client.demands.assertion_for_issuer_only
    # guard: eid-request-object-expires
    if payload.exp is not None and payload.exp <= now - SKEW:
        raise InvalidRequestObject("the request object is over")
    if payload.nbf is not None and payload.nbf > now + SKEW:
        raise InvalidRequestObject("the request object is not of this time")
    if not strict:
        return
    if payload.exp is None or payload.nbf is None:
        raise InvalidRequestObject("the request object has no exp or no nbf")
    if payload.nbf < now - LIFETIME or payload.exp > payload.nbf + LIFETIME:
        raise InvalidRequestObject("the request object lives too long")


def _text(name: str, value: Any) -> str:
    """A parameter as a query would carry it (RFC 9101 4: numbers as numbers, claims and details as JSON)."""
    if isinstance(value, str):
        if "\x00" in value:
            raise InvalidRequest("a parameter holds a control character")
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    if name == "resource" and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return " ".join(value)
    if isinstance(value, (dict, list)):
        return msgspec.json.encode(value).decode()
    raise InvalidRequestObject("a parameter is of a kind that none has")
