"""Which of a client's public keys is one to encrypt to (RFC 7517 4.2, OpenID Connect Core 10.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eid.oidc import foreign_jws


def key_for(alg: str, keys: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The first that is for this algorithm and can be read, or None. A key says by `use` that it is not for it."""
    kind = "RSA" if alg.startswith("RSA") else "EC"
    for jwk in keys:
        if jwk.get("kty") == kind and jwk.get("use", "enc") == "enc" and jwk.get("alg", alg) == alg and _is_read(jwk):
            return jwk
    return None


def _is_read(jwk: dict[str, Any]) -> bool:
    try:
        foreign_jws.public_key(jwk)
    except foreign_jws.Malformed:
        return False
    return True
