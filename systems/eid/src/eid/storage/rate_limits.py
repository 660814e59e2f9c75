"""Counters per window, shared by all processes. Keys are HMACs: no number and no address stands here."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import msgspec

from eid.storage.database import Database


class Limit(msgspec.Struct, frozen=True):
    """At most `count` in `window`."""

    name: str
    count: int
    window: timedelta


Counter: TypeAlias = tuple[Limit, str]

_REFUND: Final = "update rate_limits set count = greatest(count - 1, 0) where key = any($1::bytea[])"
_RESERVE: Final = (
    "with refunded as (update rate_limits set count = greatest(count - 1, 0) where key = any($4::bytea[]))"
    " insert into rate_limits as r (key, window_end, count)"
    " select key, window_end, 1 from unnest($1::bytea[], $3::timestamptz[]) as asked (key, window_end)"
    " on conflict (key) do update set"
    " count = case when r.window_end <= $2 then 1 else r.count + 1 end,"
    " window_end = case when r.window_end <= $2 then excluded.window_end else r.window_end end"
    " returning key, count"
)


class RateLimits:
    """Table rate_limits. A try is reserved before it is made, so a hundred at once count as a hundred."""

    def __init__(self, database: Database, secret: bytes) -> None:
        self._db = database
        self._secret = secret

    async def reserve(self, limit: Limit, whose: str, now: datetime) -> bool:
        """Count one. False when the limit is reached (it still counts)."""
        return await self.reserve_all([(limit, whose)], now)

    async def reserve_all(self, counters: Sequence[Counter], now: datetime, *, refund: Sequence[Counter] = ()) -> bool:
        """Count one in each, and give one back in each of `refund`; False when any limit is reached."""
        most = {self._key(*counter): counter[0].count for counter in counters}
        keys = sorted(most)  # everybody locks in one order
        windows = {self._key(*counter): now + counter[0].window for counter in counters}
        rows = await self._db.lanes.fetch(
            _RESERVE, keys, now, [windows[key] for key in keys], sorted(self._key(*counter) for counter in refund)
        )
        # guard: eid-rate-limit
        return all(row["count"] <= most[bytes(row["key"])] for row in rows)

    async def refund(self, *counters: Counter) -> None:
        """Give one back in each: the try was right."""
        await self._db.lanes.fetch(_REFUND, sorted(self._key(*counter) for counter in counters))

    def _key(self, limit: Limit, whose: str) -> bytes:
        return hmac.digest(self._secret, f"rate\n{limit.name}\n{whose}".encode(), hashlib.sha256)
