"""Proof of possession at the provider (RFC 9449): our access tokens are worth nothing to whoever overhears one.

The key lives as long as the process. A token of a person is used by the callback that got it, and never kept.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

USE_NONCE = "use_dpop_nonce"


class Dpop:
    """One key and the provider's last nonce (RFC 9449 section 8). Threads may share it."""

    def __init__(self) -> None:
        self._key = ECKey.generate_key("P-256", private=True)
        self._jwk = {name: self._key.as_dict(private=False)[name] for name in ("kty", "crv", "x", "y")}
        self._nonce: str | None = None

    def proof(self, method: str, address: str, access_token: str | None = None) -> str:
        """A fresh proof for one request (section 4.2); with a token also bound to that token."""
        claims: dict[str, Any] = {"jti": secrets.token_urlsafe(16), "htm": method, "htu": address}
        claims["iat"] = int(time.time())
        if self._nonce is not None:
            claims["nonce"] = self._nonce
        if access_token is not None:
            digest = hashlib.sha256(access_token.encode()).digest()
            claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return jwt.encode({"typ": "dpop+jwt", "alg": "ES256", "jwk": self._jwk}, claims, self._key)

    def hear(self, answer: httpx.Response) -> None:
        """Remember the nonce that an answer gives (section 8.2)."""
        self._nonce = answer.headers.get("dpop-nonce", self._nonce)
