"""Ids of client assertions that were used: remembered durably until they expire (RFC 7523 3 point 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from eid.clients.assertion import Proven
from eid.storage.batcher import Batcher
from eid.storage.database import Database


class Assertions:
    """Table client_assertions."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._claims: Batcher[tuple[str, str, datetime, UUID]] = Batcher(self._claim_many)

    async def claim(self, client_id: str, proven: Proven) -> bool:
        """Whether this is the first use of the assertion, over all processes."""
        # guard: eid-assertion-replay
        expires_at = datetime.fromtimestamp(proven.expires_at, UTC)
        first: bool = await self._claims.submit((client_id, proven.jti, expires_at, uuid4()))
        return first

    async def _claim_many(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[bool]:
        won = await self._db.pool.fetch(
            "insert into client_assertions (client_id, jti, expires_at, claimed_by)"
            " select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::uuid[])"
            " on conflict do nothing returning claimed_by",
            *(list(column) for column in zip(*rows, strict=True)),
        )
        winners = {row["claimed_by"] for row in won}
        return [row[3] in winners for row in rows]
