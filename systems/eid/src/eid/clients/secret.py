"""Client secrets (RFC 6749 2.3.1): 256 random bits, kept as a hash, compared in constant time.

A secret is random, so one SHA-256 is enough: there is nothing to guess. That is why short ones are refused.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from eid.clients.client import Client

MIN_LENGTH: Final = 32
_NOBODYS: Final = hashlib.sha256(secrets.token_bytes(32)).hexdigest()


def make() -> str:
    """A fresh secret, to be told once."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def matches(client: Client | None, secret: str, *, now: int) -> bool:
    """Whether this is the client's secret. Takes the same work for a client that nobody registered."""
    stored = client.client_secret_hash if client is not None else None
    # guard: eid-client-secret-constant-time
    same = hmac.compare_digest(digest(secret), stored or _NOBODYS)
    if client is None or stored is None:
        return False
    return same and not 0 < client.client_secret_expires_at <= now
