"""Reading records of people: what waits together becomes one statement."""

from collections.abc import Sequence
from typing import Any

from population.people.record import Found
from population.storage import people
from population.storage.database import Database, Lane, Row
from wire.batching import Batcher


class Reader:
    """One for each process; its statement is the same whether a number has a record or not."""

    def __init__(self, database: Database, instead: dict[str, Any]) -> None:
        self._database = database
        self._instead = instead
        self._lane = Lane(database.url)
        self._batcher: Batcher[bytes] = Batcher(self._flush)

    async def find(self, number_index: bytes) -> tuple[Found, bool]:
        """The record of a number and True; for a number without one a decoy, opened in the same way, and False."""
        row: Row | None = await self._batcher.submit(number_index)
        # guard: npd-unknown-number-costs-the-same
        return people.open_row(self._database, row if row is not None else self._instead), row is not None

    async def close(self) -> None:
        await self._lane.close()

    async def _flush(self, indexes: Sequence[bytes]) -> Sequence[Row | None]:
        async with self._lane.use() as connection:
            found = await people.rows(connection, indexes)
        return [found.get(index) for index in indexes]
