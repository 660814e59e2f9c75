"""Opens what clients encrypted to us: request objects (RFC 7516, RFC 9101 6.1). What is inside has to be signed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from eid.oidc import algorithms

MAX_LENGTH: Final = 32 * 1024
ECDH_ES: Final = "ECDH-ES"
RSA_OAEP_256: Final = "RSA-OAEP-256"


class NotForUs(Exception):
    """Not a compact JWE that one of our keys opens. Nothing says why."""


class _Header(msgspec.Struct):
    """With `zip` or `crit` it is not one that we read: a small text must not become a huge one (RFC 8725 2.4)."""

    alg: str
    enc: str
    kid: str | None = None
    zip: Any = None
    crit: Any = None


_HEADER: Final = msgspec.json.Decoder(_Header)


class DecryptionKey:
    """A key that others encrypt to, by the one algorithm that it is for."""

    def __init__(self, kid: str, private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
        self.kid = kid
        self.alg = RSA_OAEP_256 if isinstance(private, rsa.RSAPrivateKey) else ECDH_ES
        self.private = (
            RSAKey.import_key(private) if isinstance(private, rsa.RSAPrivateKey) else ECKey.import_key(private)
        )
        public = self.private.as_dict(private=False)
        members = {name: public[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in public}
        self.jwk: dict[str, Any] = members | {"kid": kid, "use": "enc", "alg": self.alg}


def is_encrypted(text: str) -> bool:
    """Whether it has the five parts of a compact JWE (RFC 7516 3.1)."""
    return text.count(".") == 4


def decrypt(text: str, keys: Sequence[DecryptionKey]) -> str:
    """The content. `kid` picks the key; without it the first one of that algorithm. Raises NotForUs."""
    header = _header(text)
    # guard: eid-decryption-content-encryption
    if header.enc not in algorithms.CONTENT_ENCRYPTION:
        raise NotForUs
    # guard: eid-decryption-never-inflates
    if header.zip is not None or header.crit is not None:
        raise NotForUs
    # guard: eid-decryption-key-has-one-algorithm
    key = next((key for key in keys if key.alg == header.alg and header.kid in {None, key.kid}), None)
    if key is None:
        raise NotForUs
    try:
        opened = jwe.decrypt_compact(text, key.private, algorithms=[header.alg, header.enc])
        return (opened.plaintext or b"").decode("ascii")
    except (JoseError, ValueError, TypeError, KeyError, OverflowError):
        raise NotForUs from None


def _header(text: str) -> _Header:
    protected = text.partition(".")[0]
    if len(text) > MAX_LENGTH or not text.isascii():
        raise NotForUs
    try:
        return _HEADER.decode(base64.b64decode(protected + "=" * (-len(protected) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, msgspec.MsgspecError, UnicodeError, RecursionError, ValueError):
        raise NotForUs from None
