"""A request that waits for its owner somewhere else: the device grant and CIBA share one life cycle.

RFC 8628 3.5, CIBA Core 1.0 7.3, 10 and 11. pending -> allowed | denied, once; allowed -> redeemed, once; everything
ends at `expires_at`. The client asks again and again; who asks too often is told so, and has to wait longer.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Literal
from uuid import UUID

import msgspec

INTERVAL: Final = 5  # seconds between two polls, at first (RFC 8628 3.2, CIBA 7.3)
SLOWER: Final = 5  # more after each slow_down (RFC 8628 3.5)
MAX_INTERVAL: Final = 60
TOLERANCE: Final = timedelta(milliseconds=500)  # clients' clocks and networks are not exact

Kind = Literal["device", "ciba"]
State = Literal["pending", "allowed", "denied"]


class Pending(msgspec.Struct, frozen=True):
    """What a poll is judged by. `grant_id` is what the owner allowed; `redeemed`: tokens were given for it."""

    kind: Kind
    client_id: str
    state: State
    expires_at: datetime
    interval: int = INTERVAL
    polled_at: datetime | None = None
    grant_id: UUID | None = None
    redeemed: bool = False


class Poll(Enum):
    """What a poll came to; the values are the error codes of RFC 8628 3.5 and CIBA 11."""

    TOKENS = "tokens"
    AUTHORIZATION_PENDING = "authorization_pending"
    SLOW_DOWN = "slow_down"
    ACCESS_DENIED = "access_denied"
    EXPIRED_TOKEN = "expired_token"  # noqa: S105
    REUSED = "invalid_grant"  # everything that it gave is revoked, as with a code (RFC 6749 4.1.2)


def make() -> str:
    """A device_code or auth_req_id: 256 random bits (CIBA 7.3 asks for 128)."""
    return secrets.token_urlsafe(32)


def digest(kind: Kind, code: str) -> bytes:
    """What is stored of it; one of a kind is nothing at the other's."""
    return hashlib.sha256(f"{kind}\n{code}".encode()).digest()


def judge_poll(pending: Pending, now: datetime) -> tuple[Poll, Pending]:
    """Judge one poll of the request's own client, under a row lock; returns the row as it has to be kept."""
    polled = msgspec.structs.replace(pending, polled_at=now)
    # guard: eid-pending-single-use
    if pending.redeemed:
        return Poll.REUSED, polled
    # guard: eid-pending-expires
    if now >= pending.expires_at:
        return Poll.EXPIRED_TOKEN, polled
    if pending.state == "denied":
        return Poll.ACCESS_DENIED, polled
    # guard: eid-pending-needs-the-owner
    if pending.state == "allowed" and pending.grant_id is not None:
        return Poll.TOKENS, msgspec.structs.replace(polled, redeemed=True)
    # guard: eid-pending-slow-down
    if pending.polled_at is not None and now < pending.polled_at + timedelta(seconds=pending.interval) - TOLERANCE:
        slower = min(pending.interval + SLOWER, MAX_INTERVAL)
        return Poll.SLOW_DOWN, msgspec.structs.replace(polled, interval=slower)
    return Poll.AUTHORIZATION_PENDING, polled


def may_decide(pending: Pending, now: datetime) -> bool:
    """Whether the owner may still answer: nobody has, and it has not ended."""
    # guard: eid-pending-decided-once
    return pending.state == "pending" and now < pending.expires_at
