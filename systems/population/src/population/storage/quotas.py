"""Counting calls against the limits of the day, in the caller's transaction."""

from collections.abc import Sequence
from datetime import date

from population.disclosure.quota import Limit
from population.storage.database import Connection, Database


async def count(connection: Connection, day: date, limits: Sequence[Limit]) -> str | None:
    """Count one call against every limit, atomically. Returns the scope of a limit that was reached, or None.

    When a scope comes back the transaction must be rolled back: a refused call counts against nothing. Rows are
    locked in the order of ``limits``, so callers with the same order cannot deadlock.
    """
    rows = await connection.fetch(
        "insert into quota (day, scope, key, used, cap)"
        " select $1, scope, key, 1, cap from unnest($2::text[], $3::bytea[], $4::int[]) as asked (scope, key, cap)"
        " on conflict (day, scope, key) do update set used = quota.used + 1, cap = excluded.cap"
        # guard: npd-quota-is-counted-atomically
        " where quota.used < excluded.cap"
        " returning scope",
        day,
        [limit.scope for limit in limits],
        [limit.key for limit in limits],
        [limit.cap for limit in limits],
    )
    counted = {row["scope"] for row in rows}
    return next((limit.scope for limit in limits if limit.scope not in counted), None)


async def purge(database: Database, before: date) -> int:
    """Forget the counts of days before."""
    done: str = await database.pool.execute("delete from quota where day < $1", before)
    return int(done.rsplit(maxsplit=1)[-1])
