"""RS256 for clients that know nothing else (RFC 7518 3.3): ten times the cost of ES256, so nobody else gets it."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from eid.tokens.jws import PublishedKey, base64url, compact

ALGORITHM = "RS256"
_PKCS1, _SHA256 = padding.PKCS1v15(), hashes.SHA256()


class RsaVerificationKey(PublishedKey):
    """A public RSA key with its kid."""

    def __init__(self, kid: str, public: rsa.RSAPublicKey) -> None:
        numbers = public.public_numbers()
        n = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
        e = numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8, "big")
        jwk = {"kty": "RSA", "n": base64url(n).decode(), "e": base64url(e).decode()}
        super().__init__(kid, ALGORITHM, jwk)
        self.public = public

    def is_ours(self, signing_input: bytes, signature: bytes) -> bool:
        """Whether `signature` is one of this key over the input."""
        try:
            self.public.verify(signature, signing_input, _PKCS1, _SHA256)
        except InvalidSignature:
            return False
        return True


class RsaSigningKey(RsaVerificationKey):
    """A private RSA key with its kid."""

    def __init__(self, kid: str, private: rsa.RSAPrivateKey) -> None:
        super().__init__(kid, private.public_key())
        self.private = private

    def sign(self, typ: str, payload: bytes) -> str:
        """A compact JWS of `payload` (already JSON)."""
        return compact(
            self.header(typ), payload, lambda signing_input: self.private.sign(signing_input, _PKCS1, _SHA256)
        )
