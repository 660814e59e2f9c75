"""Client authentication by private_key_jwt (RFC 7523 3, OpenID Connect Core 9, FAPI 2.0 5.3.2.1).

Pure: says whether an assertion is good and until when its `jti` must be remembered. That the `jti` is new is
decided in the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from eid.clients.client import Client
from eid.oidc import foreign_jws, grant_types
from eid.oidc.errors import InvalidClient
from eid.oidc.foreign_jws import Unproven

TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME: Final = 3600  # ours live 60 s; libraries in the field make an hour, and the jti is remembered as long
SKEW: Final = 60
MAX_LENGTH: Final = 4096


class Proven(msgspec.Struct, frozen=True):
    """A good assertion: remember `jti` until `expires_at` (seconds since 1970)."""

    jti: str
    expires_at: int


class _Payload(msgspec.Struct):
    iss: str
    sub: str
    aud: str | list[str]
    exp: int | float
    jti: str
    iat: int | float | None = None
    nbf: int | float | None = None


class _Subject(msgspec.Struct):
    sub: str


_PAYLOAD: Final = msgspec.json.Decoder(_Payload)
_SUBJECT: Final = msgspec.json.Decoder(_Subject)


def read(assertion: str) -> Unproven:
    """Take an assertion apart; nothing of it is believed. Raises InvalidClient."""
    try:
        return foreign_jws.take_apart(assertion, MAX_LENGTH)
    except foreign_jws.Malformed:
        raise InvalidClient("the assertion cannot be read") from None


def client_id_of(assertion: Unproven) -> str:
    """The `sub` that an assertion names, not yet believed: only to find the client. Raises InvalidClient."""
    try:
        return _SUBJECT.decode(assertion.payload).sub
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise InvalidClient("the assertion cannot be read") from None


def prove(
    assertion: Unproven, client: Client, keys: Sequence[dict[str, Any]], *, audiences: Sequence[str], now: int
) -> Proven:
    """Judge an assertion of `client`, whose public JWKs are `keys`.

    `audiences` are our names: the issuer first, then addresses of endpoints, which only some profiles may use.
    Raises InvalidClient; the words never say which key or claim failed.
    """
    try:
        payload = _PAYLOAD.decode(assertion.payload)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise InvalidClient("the assertion cannot be read") from None
    # guard: eid-assertion-signature
    if not foreign_jws.is_signed(assertion, keys, client.signing_algorithms):
        raise InvalidClient("the assertion is not acceptable")
    # guard: eid-assertion-not-another-token
    if assertion.header.typ not in (None, "JWT", "client-authentication+jwt"):
        raise InvalidClient("the assertion is not acceptable")
    # guard: eid-assertion-subject
    if payload.iss != client.client_id or payload.sub != client.client_id:
        raise InvalidClient("the assertion is not acceptable")
    # guard: eid-assertion-audience
    if not _is_for_us(payload.aud, client, audiences):
        raise InvalidClient("the assertion is for somebody else")
    # guard: eid-assertion-expires
    if payload.exp <= now - SKEW or payload.exp > now + LIFETIME + SKEW:
        raise InvalidClient("the assertion is not of this time")
    if max(payload.nbf or 0, payload.iat or 0) > now + SKEW:
        raise InvalidClient("the assertion is not of this time")
    if not 0 < len(payload.jti) <= 256 or "\x00" in payload.jti:
        raise InvalidClient("the assertion has no usable jti")
    return Proven(payload.jti, int(payload.exp) + SKEW + 1)


def _is_for_us(aud: str | list[str], client: Client, audiences: Sequence[str]) -> bool:
    """FAPI 2.0 5.3.2.1: the issuer, as one string, so that no other server's assertion counts here.

    A client of CIBA may also name the token endpoint or the endpoint that it calls, as its spec lets it (CIBA 7.1).
    """
    if client.demands.assertion_for_issuer_only and grant_types.CIBA not in client.grant_types:
        return aud == audiences[0]
    return any(name in audiences for name in ([aud] if isinstance(aud, str) else aud))
