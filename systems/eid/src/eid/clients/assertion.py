"""Client authentication by private_key_jwt (RFC 7523 3, OpenID Connect Core 9, FAPI 2.0 5.3.2.1).

Pure: says whether an assertion is good and until when its `jti` must be remembered. That the `jti` is new is
decided in the database.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import Any, Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from eid.clients.client import Client
from eid.oidc.errors import InvalidClient

TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME: Final = 3600  # ours live 60 s; libraries in the field make an hour, and the jti is remembered as long
SKEW: Final = 60
MAX_LENGTH: Final = 4096


class Proven(msgspec.Struct, frozen=True):
    """A good assertion: remember `jti` until `expires_at` (seconds since 1970)."""

    jti: str
    expires_at: int


class _Header(msgspec.Struct):
    alg: str
    kid: str | None = None
    crit: Any = None
    b64: Any = None


class _Payload(msgspec.Struct):
    iss: str
    sub: str
    aud: str  # FAPI 2.0: the issuer as a single string; a list is refused by the type
    exp: int | float
    jti: str
    iat: int | float | None = None
    nbf: int | float | None = None


class _Subject(msgspec.Struct):
    sub: str


def client_id_of(assertion: str) -> str:
    """The `sub` that an assertion names, not yet believed: only to find the client. Raises InvalidClient."""
    try:
        return msgspec.json.decode(_segment(assertion, 1), type=_Subject).sub
    except (msgspec.MsgspecError, UnicodeError):
        raise InvalidClient("the assertion cannot be read") from None


def prove(assertion: str, client: Client, *, issuer: str, now: int) -> Proven:
    """Judge an assertion of `client`. Raises InvalidClient; the words never say which key or claim failed."""
    try:
        header = msgspec.json.decode(_segment(assertion, 0), type=_Header)
        payload = msgspec.json.decode(_segment(assertion, 1), type=_Payload)
    except (msgspec.MsgspecError, UnicodeError):
        raise InvalidClient("the assertion cannot be read") from None
    if header.alg not in client.signing_algorithms or header.crit is not None or header.b64 is not None:
        raise InvalidClient("the assertion is not acceptable")
    _verify_signature(assertion, header, client)
    # guard: eid-assertion-subject
    if payload.iss != client.client_id or payload.sub != client.client_id:
        raise InvalidClient("the assertion is not acceptable")
    # guard: eid-assertion-audience
    if payload.aud != issuer:
        raise InvalidClient("the assertion is for somebody else")
    # guard: eid-assertion-expires
    if payload.exp <= now - SKEW or payload.exp > now + LIFETIME + SKEW:
        raise InvalidClient("the assertion is not of this time")
    if max(payload.nbf or 0, payload.iat or 0) > now + SKEW:
        raise InvalidClient("the assertion is not of this time")
    if not payload.jti or len(payload.jti) > 256:
        raise InvalidClient("the assertion has no usable jti")
    return Proven(payload.jti, int(payload.exp) + SKEW + 1)


def _segment(assertion: str, index: int) -> bytes:
    segments = assertion.split(".")
    if len(segments) != 3 or len(assertion) > MAX_LENGTH:
        raise InvalidClient("the assertion cannot be read")
    segment = segments[index]
    try:
        return base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidClient("the assertion cannot be read") from None


def _verify_signature(assertion: str, header: _Header, client: Client) -> None:
    """`kid` only picks among the registered keys; it is never a path, an address or a key itself."""
    # guard: eid-assertion-key-is-registered
    candidates = [key for key in client.jwks if header.kid is None or key.get("kid") == header.kid]
    if len(candidates) != 1:
        raise InvalidClient("the assertion is not acceptable")
    try:
        key = _key(msgspec.json.encode(candidates[0]))
        jws.deserialize_compact(assertion, key, algorithms=list(client.signing_algorithms))
    except (JoseError, ValueError, TypeError):
        raise InvalidClient("the assertion is not acceptable") from None


@lru_cache(maxsize=4096)
def _key(jwk: bytes) -> ECKey:
    return ECKey.import_key(msgspec.json.decode(jwk))
