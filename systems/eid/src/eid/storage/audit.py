"""Append-only record of what was done with an account. It names things, never values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from eid.storage.batches import batcher, columns
from eid.storage.database import Database
from wire.batching import Batcher


class Entry(msgspec.Struct, frozen=True):
    """One audited act as the owner sees it."""

    at: datetime
    event: str
    client_id: str | None
    detail: dict[str, Any]


class Audit:
    """Table audit."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._rows: Batcher[tuple[Any, ...]] = batcher(self._write_many)

    async def write(
        self,
        event: str,
        *,
        account_id: UUID | None = None,
        client_id: str | None = None,
        session_id: UUID | None = None,
        **detail: str | int | bool | list[str],
    ) -> None:
        """Write one row; returns once it is durable."""
        await self._rows.submit((event, account_id, client_id, session_id, msgspec.json.encode(detail).decode()))

    async def of_account(self, account_id: UUID, limit: int) -> list[Entry]:
        """The latest rows about an account."""
        rows = await self._db.lanes.fetch(
            "select at, event, client_id, detail from audit where account_id = $1 order by at desc limit $2",
            account_id,
            limit,
        )
        return [Entry(row["at"], row["event"], row["client_id"], msgspec.json.decode(row["detail"])) for row in rows]

    async def _write_many(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[None]:
        await self._db.lanes.fetch(
            "insert into audit (event, account_id, client_id, session_id, detail)"
            " select * from unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[], $5::jsonb[])",
            *columns(rows),
        )
        return [None] * len(rows)
