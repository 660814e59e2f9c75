"""The 6-digit code by SMS: 3 minutes, 5 tries, used once, a new one after 60 seconds."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID

import msgspec

DIGITS: Final = 6
LIFETIME: Final = timedelta(minutes=3)
TRIES: Final = 5
RESEND_AFTER: Final = timedelta(seconds=60)


class Challenge(msgspec.Struct, frozen=True):
    """One code that was sent. `mac` is the keyed hash of the code; the code itself is never kept."""

    mac: bytes
    sent_at: datetime
    tries: int = 0
    used: bool = False


class Verdict(Enum):
    """What one typed code came to."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    SPENT = "spent"  # used before, or all tries gone: only a new code helps


def make() -> str:
    """A fresh code, each of the million equally likely."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def mac(key: bytes, interaction_id: str, account_id: UUID, code: str) -> bytes:
    """HMAC-SHA-256 binding the code to one interaction and one account.

    A code sent for another sign-in never fits, nor one sent to somebody else earlier in the same sign-in.
    """
    # guard: eid-otp-bound-to-its-session
    message = f"{interaction_id}\n{account_id}\n{code}".encode()
    return hmac.digest(key, message, hashlib.sha256)


def judge(challenge: Challenge, typed: bytes, now: datetime) -> tuple[Verdict, Challenge]:
    """Judge one try; `typed` is the mac of what was typed. Returns the verdict and the challenge to keep."""
    # guard: eid-otp-single-use
    if challenge.used:
        return Verdict.SPENT, challenge
    # guard: eid-otp-five-tries
    if challenge.tries >= TRIES:
        return Verdict.SPENT, challenge
    # guard: eid-otp-expires
    if now >= challenge.sent_at + LIFETIME:
        return Verdict.EXPIRED, challenge
    if hmac.compare_digest(challenge.mac, typed):
        return Verdict.RIGHT, msgspec.structs.replace(challenge, used=True)
    return Verdict.WRONG, msgspec.structs.replace(challenge, tries=challenge.tries + 1)


def tries_left(challenge: Challenge) -> int:
    """How many more wrong codes this challenge bears."""
    return max(0, TRIES - challenge.tries)


def resend_at(challenge: Challenge) -> datetime:
    """When a new code may be asked for."""
    return challenge.sent_at + RESEND_AFTER
