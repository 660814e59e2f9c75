"""The pool, the sealing of columns, and migrations."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

import asyncpg  # type: ignore[import-untyped]

from wire.sealing import Sealer

# asyncpg ships no types: its rows and connections are Any here, records of ours are typed where they are made.
Record: TypeAlias = Any
Connection: TypeAlias = Any
MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x6D63_6569  # "mcei"

#: What asyncpg raises while the database is away or restarting; endpoints answer "temporarily unavailable".
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,
)


#: What asyncpg raises for a text that PostgreSQL cannot hold, U+0000 in it: the caller's fault, nothing was written.
NOT_TO_BE_KEPT = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)


# Every statement of ours finds its rows by an index and is run a million times: planned once, and never for a table
# scan because the table was small on the day of the plan.
_SETTINGS: Final = {
    "timezone": "UTC",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}


async def _keep(connection: Any) -> None:
    """Nothing to reset: no statement of ours leaves state on a connection; asyncpg's reset costs a round trip."""


class Lanes:
    """A few connections of a process for statements that are a transaction of their own, batches among them: a pool's
    care for each loan costs more CPU than such a statement's round trip. One at a time runs on each."""

    def __init__(self, url: str, most: int = 8) -> None:
        self._url = url
        self._idle: list[Connection] = []
        self._free = asyncio.Semaphore(most)

    async def fetch(self, text: str, *values: Any) -> list[Record]:
        """Run one statement, in a transaction of its own. Raises what asyncpg raises."""
        async with self._free:
            connection = await self._take()
            try:
                rows: list[Record] = await connection.fetch(text, *values)
            except asyncpg.PostgresError:
                self._idle.append(connection)  # the statement was refused, the connection is as good as before
                raise
            except BaseException:
                connection.terminate()  # what became of the statement nobody knows: no other shall follow it here
                raise
            self._idle.append(connection)
            return rows

    async def row(self, text: str, *values: Any) -> Record | None:
        """The first row of `fetch`, or None."""
        rows = await self.fetch(text, *values)
        return rows[0] if rows else None

    async def value(self, text: str, *values: Any) -> Any:
        """The first value of the first row of `fetch`, or None."""
        rows = await self.fetch(text, *values)
        return rows[0][0] if rows else None

    async def _take(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return await asyncpg.connect(self._url, timeout=5, command_timeout=10, server_settings=_SETTINGS)

    def close(self) -> None:
        """End them all."""
        while self._idle:
            self._idle.pop().terminate()


class Database:
    """One process's connections: `lanes` for single statements, `pool` for transactions of several.

    `sealer` seals personal columns.
    """

    def __init__(self, pool: Any, lanes: Lanes, sealer: Sealer) -> None:
        self.pool = pool
        self.lanes = lanes
        self.sealer = sealer

    def seal(self, text: str | None, context: str) -> bytes | None:
        """Seal for a column; None stays None."""
        return None if text is None else self.sealer.seal(text, context)

    def open(self, blob: bytes | None, context: str) -> str | None:
        """Open a column; None stays None."""
        return None if blob is None else self.sealer.open(blob, context)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection with an open transaction; rolled back when the block raises."""
        async with self.pool.acquire() as connection, connection.transaction():
            yield connection


@asynccontextmanager
async def connect(url: str, sealer: Sealer, *, size: int = 6) -> AsyncIterator[Database]:
    """A pool that connects when it is first asked; closed at the end.

    A process that starts while the database is away says 503 like every other, and works as soon as it is back:
    uvicorn ends all workers when one of them cannot start.
    """
    pool = await asyncpg.create_pool(
        url, min_size=0, max_size=size, reset=_keep, command_timeout=10, timeout=5, server_settings=_SETTINGS
    )
    lanes = Lanes(url)
    try:
        yield Database(pool, lanes, sealer)
    finally:
        lanes.close()
        await pool.close()


async def connect_alone(url: str) -> Connection:
    """One connection outside the pool, for LISTEN."""
    return await asyncpg.connect(url, timeout=5)


def migrations() -> list[tuple[int, Path]]:
    """Numbered files in order. Numbers have no gap and no twin."""
    found = sorted((int(re.match(r"\d+", path.name)[0]), path) for path in MIGRATIONS.glob("[0-9]*.sql"))  # type: ignore[index]
    if [number for number, _ in found] != list(range(1, len(found) + 1)):
        raise RuntimeError("migrations are not numbered 1, 2, 3 …")
    return found


async def migrate(url: str) -> list[str]:
    """Apply what is missing, each file in its own transaction, one process at a time. Returns the names applied."""
    connection = await asyncpg.connect(url, timeout=5)
    applied = []
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        await connection.execute(
            "create table if not exists schema_migrations"
            " (number integer primary key, applied_at timestamptz default now())"
        )
        done = {row["number"] for row in await connection.fetch("select number from schema_migrations")}
        for number, path in migrations():
            if number in done:
                continue
            async with connection.transaction():
                await connection.execute(path.read_text())
                await connection.execute("insert into schema_migrations (number) values ($1)", number)
            applied.append(path.name)
    finally:
        await connection.close()
    return applied
