"""Signed tokens that others made: assertions, DPoP proofs, request objects (RFC 7515, RFC 7517, RFC 7518, RFC 8037).

Only asymmetric algorithms exist here, and each belongs to one kind of key, so no header can turn a public key into a
shared secret. Nothing in a header is an address, a path or a key to believe: `kid` only picks among keys that are
known already (a DPoP proof's `jwk` is judged by oidc/dpop.py).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

MAX_LENGTH: Final = 16 * 1024
MIN_RSA_BITS: Final = 2048
MAX_RSA_BITS: Final = 4096
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey

_ECDSA: Final = ec.ECDSA(hashes.SHA256())
_PSS: Final = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256().digest_size)
_KINDS: Final = {"ES256": "EC", "PS256": "RSA", "RS256": "RSA", "EdDSA": "OKP", "Ed25519": "OKP"}
_MEMBERS: Final = {"EC": ("crv", "x", "y"), "RSA": ("e", "n"), "OKP": ("crv", "x")}  # RFC 7638 3.2, beside kty


class Malformed(Exception):
    """Not a compact JWS, or not a key that this provider takes."""


class Header(msgspec.Struct, frozen=True):
    """The protected header, as far as it counts. With `crit` or `b64` a token is not one that we read."""

    alg: str
    typ: str | None = None
    kid: str | None = None
    jwk: dict[str, Any] | None = None
    crit: Any = None
    b64: Any = None


class Unproven(msgspec.Struct, frozen=True):
    """A token taken apart; nothing of it is believed."""

    header: Header
    payload: bytes
    signing_input: bytes
    signature: bytes


_HEADER: Final = msgspec.json.Decoder(Header)


def take_apart(token: str, max_length: int = MAX_LENGTH) -> Unproven:
    """Raises Malformed."""
    if len(token) > max_length or token.count(".") != 2 or not token.isascii():
        raise Malformed("not a compact JWS")
    signing_input, _, signature = token.rpartition(".")
    protected, _, payload = signing_input.partition(".")
    try:
        header = _HEADER.decode(_decoded(protected))
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise Malformed("the header cannot be read") from None
    if header.crit is not None or header.b64 is not None:
        raise Malformed("an extension is asked for that is not understood")
    return Unproven(header, _decoded(payload), signing_input.encode(), _decoded(signature))


def is_signed(token: Unproven, keys: Sequence[dict[str, Any]], algorithms: Sequence[str]) -> bool:
    """Whether one known key signed it, by an algorithm of `algorithms` that is the key's own.

    `kid` picks the key; without it there must be exactly one that could have signed (Core 10.1).
    """
    alg, kid = token.header.alg, token.header.kid
    # guard: eid-foreign-algorithm-allowed
    if alg not in algorithms:
        return False
    # guard: eid-assertion-key-is-registered
    fitting = [jwk for jwk in keys if _could_sign(jwk, alg) and (kid is None or jwk.get("kid") == kid)]
    if len(fitting) != 1:
        return False
    try:
        return is_signed_by(token, public_key(fitting[0]))
    except Malformed:
        return False


def is_signed_by(token: Unproven, key: PublicKey) -> bool:
    """Whether the signature is this key's, by the algorithm of the header; a key of another kind never fits."""
    alg, signature = token.header.alg, token.signature
    try:
        if alg == "ES256" and isinstance(key, ec.EllipticCurvePublicKey) and len(signature) == 64:
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            key.verify(encode_dss_signature(r, s), token.signing_input, _ECDSA)
        elif alg == "PS256" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, token.signing_input, _PSS, hashes.SHA256())
        elif alg == "RS256" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, token.signing_input, padding.PKCS1v15(), hashes.SHA256())
        elif alg in ("EdDSA", "Ed25519") and isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, token.signing_input)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def public_key(jwk: dict[str, Any]) -> PublicKey:
    """The public key of a JWK (P-256, RSA of 2048 to 4096 bits, Ed25519). Raises Malformed."""
    return _imported(*_canonical(jwk))


def thumbprint(jwk: dict[str, Any]) -> str:
    """RFC 7638, SHA-256, base64url. Raises Malformed."""
    return _thumbprint(*_canonical(jwk))


def _canonical(jwk: dict[str, Any]) -> tuple[str, ...]:
    kind = jwk.get("kty")
    members = _MEMBERS.get(kind) if isinstance(kind, str) else None
    if members is None:
        raise Malformed("a kind of key that is not taken")
    values = tuple(jwk.get(name) for name in members)
    if not all(isinstance(value, str) and len(value) <= 1024 for value in values):
        raise Malformed("the key cannot be read")
    return (str(kind), *map(str, values))


def _could_sign(jwk: dict[str, Any], alg: str) -> bool:
    return jwk.get("kty") == _KINDS.get(alg) and jwk.get("use", "sig") == "sig" and jwk.get("alg", alg) == alg


@lru_cache(maxsize=8192)
def _imported(*values: str) -> PublicKey:
    try:
        match values:
            case ("EC", "P-256", x, y):
                return ec.EllipticCurvePublicNumbers(_number(x), _number(y), ec.SECP256R1()).public_key()
            case ("OKP", "Ed25519", x):
                return ed25519.Ed25519PublicKey.from_public_bytes(_decoded(x))
            case ("RSA", e, n) if len(e) <= 8:
                key = rsa.RSAPublicNumbers(_number(e), _number(n)).public_key()
                if MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS:
                    return key
    except (ValueError, UnsupportedAlgorithm):
        pass
    raise Malformed("the key cannot be read")


@lru_cache(maxsize=8192)
def _thumbprint(*values: str) -> str:
    named = dict(zip(("kty", *_MEMBERS[values[0]]), values, strict=True))
    document = msgspec.json.encode(named, order="sorted")
    return base64.urlsafe_b64encode(hashlib.sha256(document).digest()).rstrip(b"=").decode()


def _number(text: str) -> int:
    return int.from_bytes(_decoded(text), "big")


def _decoded(segment: str) -> bytes:
    try:
        return base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("not base64url") from None
