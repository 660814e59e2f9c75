"""A signed-in browser: how long it lives, how fresh its login is, what its `sid` is for a client.

Owns the rules. Does not own cookies (browser) nor rows (storage). Serves OpenID Connect Core 2 (auth_time),
OpenID Connect Back-Channel Logout 1.0 2.4 (sid).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
TOUCH_EVERY: Final = timedelta(seconds=60)


class Session(msgspec.Struct, frozen=True):
    """A login that is still standing. `auth_time` is when the person last proved both factors."""

    id: UUID
    account_id: UUID
    auth_time: datetime
    created_at: datetime
    last_seen_at: datetime
    user_agent: str


def is_live(session: Session, now: datetime) -> bool:
    """Neither idle for half an hour nor older than half a day."""
    return now < session.last_seen_at + IDLE and now < session.created_at + ABSOLUTE


def is_fresh(session: Session, *, now: datetime, asked_at: datetime, again: bool, max_age: int | None) -> bool:
    """Whether the login satisfies prompt=login (`again`) and max_age of a request that came at `asked_at`.

    max_age=0 means "now", as prompt=login does. Times are compared in whole seconds, as tokens state them.
    """
    # guard: eid-prompt-login-asks-again
    if (again or max_age == 0) and session.auth_time < asked_at:
        return False
    # guard: eid-max-age
    return not (max_age and now - session.auth_time > timedelta(seconds=max_age))


def sid_for(key: bytes, session_id: UUID, sector: str) -> str:
    """The `sid` that one sector sees: two sectors cannot join their tables by it. 128 bits, base64url."""
    digest = hmac.digest(key, session_id.bytes + sector.encode(), hashlib.sha256)[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
