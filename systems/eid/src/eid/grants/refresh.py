"""Refresh tokens: a family per grant, rotation, reuse detection, and a grace for lost answers.

RFC 6749 6, RFC 9700 4.14, OAuth 2.1 4.3, FAPI 2.0 Security Profile 5.3.2.1. A family is one row with the number of
its newest token (`generation`); a token is family, generation and a MAC over both, so that the table holds nothing
that redeems, does not grow with rotations, and the successor of a token is always the same string. The database
decides who moves a family on; this module judges what everybody else's presentation means.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID

import msgspec

GRACE: Final = timedelta(seconds=30)
IDLE: Final = timedelta(days=30)  # a token that nobody used so long is forgotten (RFC 9700 4.14.2)
OFFLINE: Final = timedelta(days=90)  # offline_access (Core 11), from the consent on
ONLINE: Final = timedelta(hours=12)  # without it: no longer than a session may last, and with the session only
_SIZE: Final = 16 + 4 + 32
_MAX_GENERATION: Final = 2**31 - 1


class Presented(msgspec.Struct, frozen=True):
    """An authentic token as it was presented. `key` is the confirmed key of this request ("" for none)."""

    grant_id: UUID
    generation: int
    client_id: str
    key: str


class Family(msgspec.Struct, frozen=True):
    """The family of one grant. `bound_key`: the key that every use has to prove (None: the client's authentication

    binds it, RFC 9449 5). `rotated_key`: the key that came with the last rotation; `proven`: whether that rotation
    was bound to anything at all, a key or an authenticated client. `revoked`: the grant is.
    """

    grant_id: UUID
    client_id: str
    bound_key: str | None
    rotates: bool
    generation: int
    expires_at: datetime
    used_at: datetime
    rotated_at: datetime | None = None
    rotated_key: str = ""
    proven: bool = False
    revoked: bool = False


class Outcome(Enum):
    """What presenting a refresh token came to."""

    REFRESHED = "refreshed"  # this presentation counts; with rotation it moved the family on
    REPEATED = "repeated"  # the answer was lost: the same successor again
    REUSED = "reused"  # everything that the grant gave is revoked (RFC 9700 4.14.2)
    REFUSED = "refused"


def token_of(key: bytes, grant_id: UUID, generation: int) -> str:
    """The token of this number in this family; the same one whenever it is asked for."""
    content = grant_id.bytes + generation.to_bytes(4, "big")
    mac = hmac.digest(key, content, hashlib.sha256)
    return base64.urlsafe_b64encode(content + mac).rstrip(b"=").decode("ascii")


def read(key: bytes, token: str) -> tuple[UUID, int] | None:
    """Grant and generation of a token that we made; None for any other text."""
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _SIZE:
        return None
    grant_id, generation = UUID(bytes=raw[:16]), int.from_bytes(raw[16:20], "big")
    # guard: eid-refresh-token-authentic
    if generation > _MAX_GENERATION or not hmac.compare_digest(token_of(key, grant_id, generation), token):
        return None
    return grant_id, generation


def expires_at(now: datetime, *, offline: bool) -> datetime:
    """When a family that begins now ends, however often it is used."""
    return now + (OFFLINE if offline else ONLINE)


def judge(family: Family, presented: Presented, *, moved: bool, now: datetime) -> Outcome:
    """Judge a presentation. `moved`: the database let this very presentation move the family on.

    Another client's or another key's presentation changes nothing: it must not be able to end the family.
    """
    if moved:
        return Outcome.REFRESHED
    # guard: eid-refresh-bound-to-client
    if family.client_id != presented.client_id:
        return Outcome.REFUSED
    # guard: eid-refresh-bound-to-key
    if family.bound_key is not None and family.bound_key != presented.key:
        return Outcome.REFUSED
    if family.revoked or now >= family.expires_at or now >= family.used_at + IDLE:
        return Outcome.REFUSED
    if presented.generation >= family.generation:
        return Outcome.REFUSED  # the newest, and yet not let through: account or session behind it do not stand
    # guard: eid-refresh-reuse-detected
    return Outcome.REPEATED if _answer_was_lost(family, presented, now) else Outcome.REUSED


def _answer_was_lost(family: Family, presented: Presented, now: datetime) -> bool:
    """Whether this is the predecessor again, a moment later, from whoever rotated it: same client, same key."""
    return (
        family.proven
        and presented.generation == family.generation - 1
        and family.rotated_at is not None
        and now < family.rotated_at + GRACE
        and family.rotated_key == presented.key
    )
