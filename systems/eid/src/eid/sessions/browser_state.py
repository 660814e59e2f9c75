"""Whether a browser still has the session that a client knows, without asking us (Session Management 1.0 3.2).

The browser state is what our frame reads from a cookie; a client gets no more than a salted hash of it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final
from uuid import UUID

_PURPOSE: Final = b"browser state\n"
_DEFAULT_PORT: Final = {"https": ":443", "http": ":80"}


def of_session(secret: bytes, session_id: UUID) -> str:
    """The state of a browser that is in this session: 128 bits that tell nothing of the person (section 5)."""
    digest = hmac.digest(secret, _PURPOSE + session_id.bytes, hashlib.sha256)[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def session_state(browser_state: str, *, client_id: str, origin: str) -> str:
    """What the client is told: a hash over it, its origin and the state, and the salt (3.2). No space stands in it."""
    salt = secrets.token_urlsafe(12)
    origin = origin.removesuffix(_DEFAULT_PORT[origin.partition(":")[0]])  # as a browser says it (RFC 6454 6.2)
    known = f"{client_id} {origin} {browser_state} {salt}".encode()
    return f"{hashlib.sha256(known).hexdigest()}.{salt}"
