"""What a client signs: assertions (RFC 7523 2.2), DPoP proofs (RFC 9449 4.2), and its PKCE pair (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ASSERTION_TYPE = quote("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", safe="")


def base64url(raw: bytes) -> str:
    """Without padding (RFC 7515 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Key:
    """A P-256 key that signs compact JWS."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        numbers = self._private.public_key().public_numbers()
        self.kid = secrets.token_hex(8)
        self.public: dict[str, Any] = {
            "kty": "EC",
            "crv": "P-256",
            "x": base64url(numbers.x.to_bytes(32, "big")),
            "y": base64url(numbers.y.to_bytes(32, "big")),
        }
        self.jwk = self.public | {"kid": self.kid, "use": "sig", "alg": "ES256"}
        self._assertion = _encode({"alg": "ES256", "kid": self.kid})
        self._proof = _encode({"alg": "ES256", "typ": "dpop+jwt", "jwk": self.public})

    @property
    def thumbprint(self) -> str:
        """RFC 7638."""
        members = {name: self.public[name] for name in ("crv", "kty", "x", "y")}
        return base64url(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())

    def assertion(self, client_id: str, audience: str) -> str:
        """A fresh client assertion of 60 seconds."""
        now = int(time.time())
        return self._sign(
            self._assertion,
            {
                "iss": client_id,
                "sub": client_id,
                "aud": audience,
                "iat": now,
                "exp": now + 60,
                "jti": secrets.token_urlsafe(16),
            },
        )

    def proof(self, method: str, url: str, *, nonce: str | None = None, access_token: str | None = None) -> str:
        """A DPoP proof; with `ath` when it goes beside an access token."""
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url,
            "iat": int(time.time()),
        }
        if nonce:
            claims["nonce"] = nonce
        if access_token:
            claims["ath"] = base64url(hashlib.sha256(access_token.encode()).digest())
        return self._sign(self._proof, claims)

    def _sign(self, header: str, claims: dict[str, Any]) -> str:
        signing_input = f"{header}.{_encode(claims)}"
        r, s = decode_dss_signature(self._private.sign(signing_input.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signing_input}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def pkce() -> tuple[str, str]:
    """A verifier and its S256 challenge."""
    verifier = secrets.token_urlsafe(32)
    return verifier, base64url(hashlib.sha256(verifier.encode()).digest())


def _encode(document: dict[str, Any]) -> str:
    return base64url(json.dumps(document, separators=(",", ":")).encode())
