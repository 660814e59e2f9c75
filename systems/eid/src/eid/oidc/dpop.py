"""DPoP proofs and the nonces that we ask them to carry (RFC 9449 4.3, 8, 9). Pure: that a `jti` is new is decided in
the database."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final
from urllib.parse import urlsplit

import msgspec

from eid.oidc import foreign_jws
from eid.oidc.errors import InvalidDpopProof, UseDpopNonce

TYPE: Final = "dpop+jwt"
OLDEST: Final = 120  # seconds that a proof counts after it was made
SKEW: Final = 60  # FAPI 2.0 SP 5.3.2.1: up to 60 s in the future
MAX_LENGTH: Final = 4096
NONCE_WINDOW: Final = 300
_SECRET_MEMBERS: Final = frozenset(("d", "k", "p", "q", "dp", "dq", "qi", "oth"))


class Proof(msgspec.Struct, frozen=True):
    """A good proof: who holds the key `jkt` made it. Remember `jti` until `expires_at` (seconds since 1970)."""

    jkt: str
    jti: str
    expires_at: int


class _Claims(msgspec.Struct):
    jti: str
    htm: str
    htu: str
    iat: int | float
    ath: str | None = None
    nonce: str | None = None


_CLAIMS: Final = msgspec.json.Decoder(_Claims)


class Nonces:
    """Nonces that need no memory: a five-minute window's number under a MAC. This window's and the last one's count."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._known: tuple[int, str] = (-1, "")

    def current(self, now: int) -> str:
        """The nonce of this window."""
        window = now // NONCE_WINDOW
        if self._known[0] != window:
            self._known = (window, self._make(window))
        return self._known[1]

    def are_ours(self, nonce: str, now: int) -> bool:
        """Whether we gave this nonce within the last five to ten minutes."""
        window, given = now // NONCE_WINDOW, nonce.encode("utf-8", "surrogatepass")
        # guard: eid-dpop-nonce-is-ours
        return hmac.compare_digest(given, self.current(now).encode()) or hmac.compare_digest(
            given, self._make(window - 1).encode()
        )

    def _make(self, window: int) -> str:
        mac = hmac.digest(self._secret, b"dpop-nonce" + window.to_bytes(8, "big"), hashlib.sha256)
        return base64.urlsafe_b64encode(mac[:18]).decode()


def prove(
    text: str,
    *,
    method: str,
    addresses: tuple[str, ...],
    algorithms: tuple[str, ...],
    now: int,
    nonces: Nonces,
    nonce_needed: bool,
    access_token: str | None = None,
) -> Proof:
    """Judge a proof for a request to one of our `addresses` (RFC 9449 4.3). Raises InvalidDpopProof, UseDpopNonce."""
    try:
        token = foreign_jws.take_apart(text, MAX_LENGTH)
        claims = _CLAIMS.decode(token.payload)
    except (foreign_jws.Malformed, msgspec.MsgspecError, UnicodeError, RecursionError):
        raise InvalidDpopProof("the proof cannot be read") from None
    jwk = token.header.jwk
    # guard: eid-dpop-type
    if token.header.typ != TYPE or token.header.alg not in algorithms or jwk is None:
        raise InvalidDpopProof("the proof is not acceptable")
    # guard: eid-dpop-key-is-public
    if _SECRET_MEMBERS & set(jwk):
        raise InvalidDpopProof("the proof holds a private key")
    try:
        signed, jkt = foreign_jws.is_signed_by(token, foreign_jws.public_key(jwk)), foreign_jws.thumbprint(jwk)
    except foreign_jws.Malformed:
        raise InvalidDpopProof("the proof's key is not acceptable") from None
    # guard: eid-dpop-signature
    if not signed:
        raise InvalidDpopProof("the proof's signature is not good")
    # guard: eid-dpop-bound-to-request
    if claims.htm != method or not any(is_same_address(claims.htu, address) for address in addresses):
        raise InvalidDpopProof("the proof is for another request")
    # guard: eid-dpop-expires
    if not now - OLDEST < claims.iat <= now + SKEW:
        raise InvalidDpopProof("the proof is not of this time")
    if not 0 < len(claims.jti) <= 256 or "\x00" in claims.jti:
        raise InvalidDpopProof("the proof has no usable jti")
    # guard: eid-dpop-bound-to-token
    if access_token is not None and not hmac.compare_digest((claims.ath or "").encode(), ath(access_token).encode()):
        raise InvalidDpopProof("the proof is for another token")
    if claims.nonce is None and nonce_needed:
        raise UseDpopNonce("the proof needs a nonce", nonces.current(now))
    if claims.nonce is not None and not nonces.are_ours(claims.nonce, now):
        raise UseDpopNonce("the nonce is not of this time", nonces.current(now))
    return Proof(jkt, claims.jti, int(claims.iat) + OLDEST + 1)


def ath(access_token: str) -> str:
    """RFC 9449 4.2: base64url of the SHA-256 of the token."""
    digest = hashlib.sha256(access_token.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_same_address(htu: str, address: str) -> bool:
    """RFC 9449 4.3 point 9: compared without query and fragment, after scheme-based normalisation (RFC 3986 6.2.3)."""
    if htu == address:
        return True
    try:
        said, ours = urlsplit(htu), urlsplit(address)
        same_port = (said.port or _PORTS.get(said.scheme)) == (ours.port or _PORTS.get(ours.scheme))
    except ValueError:
        return False
    return (
        said.scheme == ours.scheme
        and said.hostname == ours.hostname
        and "@" not in said.netloc
        and same_port
        and (said.path or "/") == (ours.path or "/")
    )


_PORTS: Final = {"https": 443, "http": 80}
