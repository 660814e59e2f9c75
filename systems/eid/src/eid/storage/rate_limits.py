"""Counters per window, shared by all processes. Keys are HMACs: no number and no address stands here."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

import msgspec

from eid.storage.database import Database


class Limit(msgspec.Struct, frozen=True):
    """At most `count` in `window`."""

    name: str
    count: int
    window: timedelta


class RateLimits:
    """Table rate_limits. A try is reserved before it is made, so a hundred at once count as a hundred."""

    def __init__(self, database: Database, secret: bytes) -> None:
        self._db = database
        self._secret = secret

    async def reserve(self, limit: Limit, whose: str, now: datetime) -> bool:
        """Count one. False when the limit is reached (it still counts)."""
        # guard: eid-rate-limit
        count: int = await self._db.lanes.value(
            "insert into rate_limits as r (key, window_end, count) values ($1, $3, 1)"
            " on conflict (key) do update set"
            " count = case when r.window_end <= $2 then 1 else r.count + 1 end,"
            " window_end = case when r.window_end <= $2 then excluded.window_end else r.window_end end"
            " returning count",
            self._key(limit, whose),
            now,
            now + limit.window,
        )
        return count <= limit.count

    async def refund(self, limit: Limit, whose: str) -> None:
        """Give one back: the try was right."""
        await self._db.lanes.fetch(
            "update rate_limits set count = greatest(count - 1, 0) where key = $1", self._key(limit, whose)
        )

    def _key(self, limit: Limit, whose: str) -> bytes:
        return hmac.digest(self._secret, f"rate\n{limit.name}\n{whose}".encode(), hashlib.sha256)
