"""The counts of the day; they are made by `storage.writer`, which alone may: it holds the chain."""

from datetime import date

from population.storage.database import Database


async def purge(database: Database, before: date) -> int:
    """Forget the counts of days before."""
    done: str = await database.pool.execute("delete from quota where day < $1", before)
    return int(done.rsplit(maxsplit=1)[-1])
