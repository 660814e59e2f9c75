"""`sub`: 128 random bits made once per (account, sector) and stored; nothing of the person enters it."""

from __future__ import annotations

import secrets
from typing import Final
from uuid import UUID

from eid.storage.batches import BatchedRead
from eid.storage.database import Database

_FIND: Final = (
    "select asked.n, s.sub from unnest($1::uuid[], $2::text[]) with ordinality as asked (account_id, sector, n)"
    " join subjects s on s.account_id = asked.account_id and s.sector = asked.sector"
)


class Subjects:
    """Table subjects."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._finds = BatchedRead(database, _FIND)

    async def find(self, account_id: UUID, sector: str) -> str | None:
        """The sub by which a sector knows an account, if it has met it."""
        row = await self._finds.one(account_id, sector)
        return None if row is None else str(row["sub"])

    async def owner(self, sub: str, sector: str) -> UUID | None:
        """The account that a sector knows by this sub."""
        # guard: eid-sub-of-its-sector
        found: UUID | None = await self._db.lanes.value(
            "select account_id from subjects where sub = $1 and sector = $2", sub, sector
        )
        return found

    async def find_or_make(self, account_id: UUID, sector: str) -> str:
        """The same; made at the first meeting. Two at once end with one: the database decides."""
        found = await self.find(account_id, sector)
        if found is not None:
            return found
        made: str = await self._db.lanes.value(
            "insert into subjects (account_id, sector, sub) values ($1, $2, $3)"
            " on conflict (account_id, sector) do update set sub = subjects.sub returning sub",
            account_id,
            sector,
            secrets.token_urlsafe(16),
        )
        return made
