"""Encrypts what goes to one client only: ID tokens and userinfo (RFC 7516; Core 16.14: signed first)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from eid.oidc import algorithms


class NoKey(Exception):
    """The client has no usable key for the algorithm that it registered."""


def encrypt(content: str, alg: str, enc: str, keys: Sequence[dict[str, Any]], *, nested: bool = True) -> str:
    """A compact JWE to the client's first fitting key. `nested`: the content is a JWT (RFC 7519 5.2). Raises NoKey."""
    kind = "RSA" if alg.startswith("RSA") else "EC"
    for jwk in keys:
        if jwk.get("kty") != kind or jwk.get("use", "enc") != "enc" or jwk.get("alg", alg) != alg:
            continue
        header = {"alg": alg, "enc": enc, **({"cty": "JWT"} if nested else {})}
        if isinstance(jwk.get("kid"), str):
            header["kid"] = jwk["kid"]
        public = {name: value for name, value in jwk.items() if name in ("kty", "crv", "x", "y", "n", "e")}
        key = RSAKey.import_key(public) if kind == "RSA" else ECKey.import_key(public)
        offered = [*algorithms.KEY_MANAGEMENT, *algorithms.CONTENT_ENCRYPTION]
        try:
            return jwe.encrypt_compact(header, content.encode(), key, algorithms=offered)
        except (JoseError, ValueError) as error:
            raise NoKey from error
    raise NoKey
