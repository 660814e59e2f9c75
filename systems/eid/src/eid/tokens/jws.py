"""ES256 in compact serialisation (RFC 7515, RFC 7518 3.4), for tokens that we issue ourselves.

Signatures are deterministic (RFC 6979), so that the provider checks its own tokens by signing again and
comparing in constant time: a third of the cost of a verification, and it refuses altered signatures and every
header but the one that we write (no alg, jwk, jku or kid confusion is possible).
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

_SIGN = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_VERIFY = ec.ECDSA(hashes.SHA256())


def base64url(raw: bytes) -> bytes:
    """Base64url without padding (RFC 7515 appendix C)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def compact(header: bytes, payload: bytes, sign: Callable[[bytes], bytes]) -> str:
    """A compact JWS (RFC 7515 7.1) of an encoded header and a payload that is JSON already."""
    signing_input = header + b"." + base64url(payload)
    return (signing_input + b"." + base64url(sign(signing_input))).decode("ascii")


class PublishedKey:
    """A key whose tokens we read: its kid, its algorithm and its RFC 7517 form."""

    def __init__(self, kid: str, alg: str, jwk: dict[str, Any]) -> None:
        self.kid = kid
        self.alg = alg
        self.jwk: dict[str, Any] = jwk | {"kid": kid, "use": "sig", "alg": alg}
        self._headers: dict[str, bytes] = {}

    def header(self, typ: str) -> bytes:
        """The encoded protected header that we write for this key and type; the only one that we read."""
        return self._headers.get(typ) or self._headers.setdefault(
            typ, base64url(msgspec.json.encode({"alg": self.alg, "typ": typ, "kid": self.kid}))
        )

    def is_ours(self, signing_input: bytes, signature: bytes) -> bool:
        """Whether `signature` is one of this key over the input."""
        raise NotImplementedError


class SigningKeyLike(Protocol):
    """What signs a token, whatever its algorithm."""

    @property
    def alg(self) -> str:
        """Its JWS name."""

    def sign(self, typ: str, payload: bytes) -> str:
        """A compact JWS of `payload` (already JSON)."""


class VerificationKey(PublishedKey):
    """A public P-256 key with its kid."""

    def __init__(self, kid: str, public: ec.EllipticCurvePublicKey) -> None:
        numbers = public.public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        jwk = {"kty": "EC", "crv": "P-256", "x": base64url(x).decode(), "y": base64url(y).decode()}
        super().__init__(kid, "ES256", jwk)
        self.public = public

    def is_ours(self, signing_input: bytes, signature: bytes) -> bool:
        """Whether `signature` (r || s) is one of this key over the input."""
        if len(signature) != 64:
            return False
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        try:
            self.public.verify(encode_dss_signature(r, s), signing_input, _VERIFY)
        except InvalidSignature:
            return False
        return True


class SigningKey(VerificationKey):
    """A private P-256 key with its kid."""

    def __init__(self, kid: str, private: ec.EllipticCurvePrivateKey) -> None:
        super().__init__(kid, private.public_key())
        self.private = private

    def sign(self, typ: str, payload: bytes) -> str:
        """A compact JWS of `payload` (already JSON)."""
        return compact(self.header(typ), payload, self._signature)

    def is_ours(self, signing_input: bytes, signature: bytes) -> bool:
        """By signing again: deterministic, so ours is the only one that compares equal."""
        return hmac.compare_digest(self._signature(signing_input), signature)

    def _signature(self, signing_input: bytes) -> bytes:
        r, s = decode_dss_signature(self.private.sign(signing_input, _SIGN))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def read_own(token: str, typ: str, keys: Sequence[PublishedKey]) -> bytes | None:
    """The payload of a token that one of `keys` signed as `typ`, or None. Expiry is the caller's question."""
    segments = token.encode("ascii", "replace").split(b".")
    if len(segments) != 3 or len(token) > 8192:
        return None
    header, payload, signature = segments
    for key in keys:
        # guard: eid-own-token-header-exact
        if header == key.header(typ):
            # guard: eid-own-token-signature
            if key.is_ours(header + b"." + payload, _decoded(signature)):
                return _decoded(payload)
            return None
    return None


def _decoded(segment: bytes) -> bytes:
    try:
        return base64.b64decode(segment + b"=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return b""
