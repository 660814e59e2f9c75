"""What a client signed with its own key: a backchannel authentication request, a login_hint_token.

CIBA Core 1.0 7.1.1, FAPI-CIBA 5.2.2 (`exp`, `nbf`, at most an hour). Pure: says whether it is good and until when its
`jti` must be remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from eid.clients import request_object
from eid.clients.client import Client
from eid.oidc import foreign_jws
from eid.oidc.errors import ExpiredLoginHintToken, InvalidRequest
from eid.oidc.foreign_jws import Unproven

LONGEST: Final = 3600  # seconds from nbf to exp (FAPI-CIBA 5.2.2)
SKEW: Final = 10
MAX_LENGTH: Final = 16 * 1024
LOGIN_HINT_TYPE: Final = "login-hint+jwt"
_REGISTERED: Final = frozenset({"iss", "aud", "exp", "nbf", "iat", "jti", "sub"})
# What no request holds: those that prove the client, or point elsewhere (CIBA 7.1.1).
_FORBIDDEN: Final = frozenset({"request", "request_uri", "client_assertion", "client_assertion_type", "client_secret"})


class SignedRequest(msgspec.Struct, frozen=True):
    """A good request: its parameters; remember `jti` until `expires_at` (seconds since 1970)."""

    params: dict[str, str]
    jti: str
    expires_at: int


class _Times(msgspec.Struct):
    iss: str
    aud: str | list[str]
    exp: int | float
    nbf: int | float
    iat: int | float
    jti: str
    sub: str | None = None


class _SubjectIdentifier(msgspec.Struct):
    """RFC 9493 3.2.4."""

    format: str
    iss: str
    sub: str


class _LoginHint(msgspec.Struct):
    iss: str
    aud: str | list[str]
    exp: int | float
    sub_id: _SubjectIdentifier


_TIMES: Final = msgspec.json.Decoder(_Times)
_LOGIN_HINT: Final = msgspec.json.Decoder(_LoginHint)


def read(text: str) -> Unproven:
    """Take it apart; nothing of it is believed. Raises InvalidRequest."""
    try:
        return foreign_jws.take_apart(text, MAX_LENGTH)
    except foreign_jws.Malformed:
        raise InvalidRequest("the signed request cannot be read") from None


def prove(token: Unproven, client: Client, keys: Sequence[dict[str, Any]], *, issuer: str, now: int) -> SignedRequest:
    """Judge a signed request of `client`, whose public JWKs are `keys`. Raises InvalidRequest."""
    chosen = client.backchannel_authentication_request_signing_alg
    # guard: eid-ciba-request-signature
    if not foreign_jws.is_signed(token, keys, (chosen,) if chosen else client.demands.signing_algorithms):
        raise InvalidRequest("the signed request is not acceptable")
    try:
        times, document = _TIMES.decode(token.payload), msgspec.json.decode(token.payload)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise InvalidRequest("the signed request lacks iss, aud, exp, nbf, iat or jti") from None
    # guard: eid-ciba-request-not-another-token
    if token.header.typ not in request_object.TYPES or times.sub == client.client_id:
        raise InvalidRequest("this is another kind of token")
    # guard: eid-ciba-request-for-us
    if times.iss != client.client_id or issuer not in ([times.aud] if isinstance(times.aud, str) else times.aud):
        raise InvalidRequest("the signed request is another client's, or for another server")
    # guard: eid-ciba-request-of-this-time
    if not _is_now(times, now):
        raise InvalidRequest("the signed request is not of this time, or good for more than an hour")
    if not 0 < len(times.jti) <= 256 or "\x00" in times.jti:
        raise InvalidRequest("the signed request has no usable jti")
    return SignedRequest(_parameters(document), times.jti, int(times.exp) + SKEW + 1)


def prove_login_hint(token: Unproven, client: Client, keys: Sequence[dict[str, Any]], *, issuer: str, now: int) -> str:
    """The `sub`, of the client's sector, that a login_hint_token names.

    Raises InvalidRequest, ExpiredLoginHintToken.
    """
    signed = foreign_jws.is_signed(token, keys, client.demands.signing_algorithms)
    if not signed or token.header.typ != LOGIN_HINT_TYPE:
        raise InvalidRequest("the login_hint_token is not acceptable")
    try:
        hint = _LOGIN_HINT.decode(token.payload)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise InvalidRequest("the login_hint_token cannot be read") from None
    audiences = [hint.aud] if isinstance(hint.aud, str) else hint.aud
    named = hint.sub_id.format == "iss_sub" and hint.sub_id.iss == issuer
    if hint.iss != client.client_id or issuer not in audiences or not named:
        raise InvalidRequest("the login_hint_token is another client's, or names nobody of ours")
    if not hint.exp > now - SKEW:
        raise ExpiredLoginHintToken("the login_hint_token has expired")
    return hint.sub_id.sub


def _is_now(times: _Times, now: int) -> bool:
    begun = times.nbf <= now + SKEW and times.iat <= now + SKEW and times.nbf > now - LONGEST
    return begun and times.exp > now - SKEW and times.exp <= times.nbf + LONGEST


def _parameters(document: dict[str, Any]) -> dict[str, str]:
    """CIBA 7.1.1: parameters are strings; `requested_expiry` may be a number, `claims` an object."""
    params = {}
    for name, value in document.items():
        if name in _FORBIDDEN:
            raise InvalidRequest(f"{name} may not stand in a signed request")
        if name in _REGISTERED or value is None or value == "":
            continue
        params[name] = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    if any("\x00" in value for value in params.values()):
        raise InvalidRequest("a parameter holds a control character")
    return params
