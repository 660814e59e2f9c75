"""Ids that count once: of client assertions, DPoP proofs, request objects. Remembered durably until they expire.

RFC 7523 3 point 7, RFC 9449 11.1. `holder` is whoever could make the id: a client, or a DPoP key.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from eid.storage.batches import batcher, columns
from eid.storage.database import Database
from wire.batching import Batcher


class UsedIds:
    """Table used_ids."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._claims: Batcher[tuple[str, str, datetime, UUID]] = batcher(self._claim_many)

    async def claim(self, holder: str, jti: str, expires_at: int) -> bool:
        """Whether this is the first use, over all processes. `expires_at` in seconds since 1970."""
        # guard: eid-assertion-replay
        until = datetime.fromtimestamp(expires_at, UTC)
        first: bool = await self._claims.submit((holder, jti, until, uuid4()))
        return first

    async def _claim_many(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[bool]:
        won = await self._db.lanes.fetch(
            "insert into used_ids (holder, jti, expires_at, claimed_by)"
            " select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::uuid[])"
            " on conflict do nothing returning claimed_by",
            *columns(sorted(rows)),  # everybody locks in one order
        )
        winners = {row["claimed_by"] for row in won}
        return [row[3] in winners for row in rows]
