"""Batches of statements: many rows written, many keys looked up, in one round trip (see wire.batching)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

import asyncpg  # type: ignore[import-untyped]

from eid.storage.database import Database, Record
from wire.batching import Batcher

Row = TypeVar("Row")

#: What PostgreSQL says of a row that it cannot hold, or of a batch that it rolled back to end a deadlock.
REFUSED: Final = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.TransactionRollbackError)


def batcher(flush: Callable[[Sequence[Row]], Awaitable[Sequence[Any]]]) -> Batcher[Row]:
    """A batcher of statements in which a refused row fails alone."""
    return Batcher(flush, REFUSED)


class BatchedRead:
    """One SELECT for many keys at once.

    Its text takes one array per column of the key, unnested `with ordinality`, and returns that ordinal as `n`
    beside what was found, at most one row for a key.
    """

    def __init__(self, database: Database, text: str) -> None:
        self._db = database
        self._text = text
        self._keys: Batcher[tuple[Any, ...]] = batcher(self._read_many)

    def one(self, *key: Any) -> asyncio.Future[Record | None]:
        """The row of a key, or None."""
        return self._keys.submit(key)

    async def _read_many(self, keys: Sequence[tuple[Any, ...]]) -> Sequence[Record | None]:
        rows = await self._db.lanes.fetch(self._text, *columns(keys))
        found = {row["n"]: row for row in rows}
        return [found.get(number) for number in range(1, len(keys) + 1)]


def columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows turned into the arrays that `unnest` takes."""
    return [list(column) for column in zip(*rows, strict=True)]
