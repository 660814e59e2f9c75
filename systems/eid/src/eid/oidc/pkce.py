"""Proof Key for Code Exchange, S256 only (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

METHOD = "S256"
_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}", re.ASCII)
_CHALLENGE = re.compile(r"[A-Za-z0-9\-_]{43}", re.ASCII)


def is_verifier(text: str) -> bool:
    """RFC 7636 4.1: 43 to 128 unreserved characters."""
    return _VERIFIER.fullmatch(text) is not None


def is_challenge(text: str) -> bool:
    """RFC 7636 4.2: base64url of a SHA-256, so 43 characters."""
    return _CHALLENGE.fullmatch(text) is not None


def challenge_of(verifier: str) -> str:
    """BASE64URL(SHA256(ASCII(code_verifier))), RFC 7636 4.2."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def matches(verifier: str, challenge: str) -> bool:
    """RFC 7636 4.6. False for a malformed verifier; compared in constant time."""
    if not is_verifier(verifier):
        return False
    return hmac.compare_digest(challenge_of(verifier), challenge)
