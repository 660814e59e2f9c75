"""Encrypts what goes to one client only: ID tokens and userinfo (RFC 7516; Core 16.14: signed first)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from eid.oidc import algorithms
from eid.oidc.encryption_keys import key_for


class NoKey(Exception):
    """The client has no usable key for the algorithm that it registered."""


def encrypt(content: str, alg: str, enc: str, keys: Sequence[dict[str, Any]], *, nested: bool = True) -> str:
    """A compact JWE to the client's first fitting key. `nested`: the content is a JWT (RFC 7519 5.2). Raises NoKey."""
    jwk = key_for(alg, keys)
    if jwk is None:
        raise NoKey
    header = {"alg": alg, "enc": enc, **({"cty": "JWT"} if nested else {})}
    if isinstance(jwk.get("kid"), str):
        header["kid"] = jwk["kid"]
    public = {name: value for name, value in jwk.items() if name in ("kty", "crv", "x", "y", "n", "e")}
    offered = [*algorithms.KEY_MANAGEMENT, *algorithms.CONTENT_ENCRYPTION]
    try:
        key = RSAKey.import_key(public) if jwk["kty"] == "RSA" else ECKey.import_key(public)
        return jwe.encrypt_compact(header, content.encode(), key, algorithms=offered)
    except (JoseError, ValueError) as error:
        raise NoKey from error
