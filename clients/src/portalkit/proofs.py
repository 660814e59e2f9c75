"""Proofs that the portal is itself: client assertions (RFC 7523 2.2) and DPoP proofs (RFC 9449 4.2)."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 60


def client_assertion(key: ECKey, client_id: str, audience: str) -> str:
    """A fresh assertion for one call: one audience, 60 seconds, a `jti` never used before."""
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": now,
        "exp": now + ASSERTION_SECONDS,
        "jti": secrets.token_urlsafe(24),
    }
    return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": "JWT"}, claims, key)


def dpop_proof(key: ECKey, method: str, url: str, *, nonce: str = "", access_token: str = "") -> str:
    """A proof for one request; `ath` binds it to the access token it comes with."""
    claims: dict[str, Any] = {
        "jti": secrets.token_urlsafe(24),
        "htm": method,
        "htu": url.partition("?")[0],
        "iat": int(time.time()),
    }
    if nonce:
        claims["nonce"] = nonce
    if access_token:
        claims["ath"] = base64url(hashlib.sha256(access_token.encode()).digest())
    public = {name: value for name, value in key.as_dict(private=False).items() if name in ("kty", "crv", "x", "y")}
    return jwt.encode({"alg": "ES256", "typ": "dpop+jwt", "jwk": public}, claims, key)


def base64url(data: bytes) -> str:
    """Without padding (RFC 7515 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def challenge(verifier: str) -> str:
    """PKCE S256 (RFC 7636 4.2)."""
    return base64url(hashlib.sha256(verifier.encode()).digest())
