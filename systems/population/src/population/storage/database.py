"""The pool, the sealed columns, and migrations."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg  # type: ignore[import-untyped]

from wire.sealing import Sealer

Connection: TypeAlias = Any  # asyncpg ships no types: a connection, and a row as a mapping
Row: TypeAlias = Mapping[str, Any]
MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 0x6D63_706F

#: What asyncpg raises while the database is away, restarting or in trouble: "unavailable", never "no".
#: A connection that ends in the middle of a statement can also leave asyncpg itself confused.
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class Database:
    """One pool for each process, and the keys of its sealed columns."""

    def __init__(self, pool: Any, sealer: Sealer, url: str) -> None:
        self.pool = pool
        self.sealer = sealer
        self.url = url

    def number_index(self, personal_id: str) -> bytes:
        """Where the record of a number is found. 32 bytes, of use in this register only."""
        return self.sealer.blind(personal_id, "person.personal_id")

    def legacy_index(self, legacy_id9: str) -> bytes:
        """What all who have had one 9-digit number share."""
        return self.sealer.blind(legacy_id9, "person.legacy_id9")

    def household_index(self, household: str) -> bytes:
        """What the members of one household share."""
        return self.sealer.blind(household, "person.household")

    def match_key(self, personal_id: str, canonical_name: str, birth_date: str) -> bytes:
        """Equal for two who say the same number, canonical name and (ISO) birth date; 16 bytes. Says nothing without
        the register's key, and two people of one name and birthday share none."""
        said = f"{personal_id}\0{canonical_name}\0{birth_date}"
        return self.sealer.blind(said, "person.match_key")[:16]

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection in a transaction; rolled back when the block raises."""
        async with self.pool.acquire() as connection, connection.transaction():
            yield connection


class Lane:
    """One connection kept for one kind of work, one user at a time: a pool's reset at each release is saved.

    After a fault the connection is thrown away, so that no transaction is ever left half open.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None

    @asynccontextmanager
    async def use(self) -> AsyncIterator[Connection]:
        """The connection, made when there is none. Raises what `AWAY` names."""
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._url, command_timeout=10, timeout=5)
            await _prepare(self._connection)
        try:
            yield self._connection
        except BaseException:
            self._connection.terminate()
            self._connection = None
            raise

    async def close(self) -> None:
        """Leave politely."""
        if self._connection is not None:
            await self._connection.close(timeout=5)


@asynccontextmanager
async def connect(url: str, sealer: Sealer, *, size: int = 8) -> AsyncIterator[Database]:
    """Open the pool; close it at the end."""
    pool = await asyncpg.create_pool(url, min_size=1, max_size=size, command_timeout=10, timeout=5, init=_prepare)
    try:
        yield Database(pool, sealer, url)
    finally:
        await pool.close()


async def _prepare(connection: Any) -> None:
    await connection.execute("set timezone to 'UTC'")
    # asyncpg asks the server for array types at first use: better now than inside somebody's transaction.
    types = ("bytea", "int", "bigint", "text", "uuid", "bool")
    asked = " and ".join(f"${position}::{name}[] is null" for position, name in enumerate(types, start=1))
    await connection.fetchval(f"select {asked}", *[None] * len(types))


def migrations() -> list[tuple[int, Path]]:
    """The numbered files, in order: 1, 2, 3 without a gap."""
    found = sorted((int(re.findall(r"^\d+", path.name)[0]), path) for path in MIGRATIONS.glob("[0-9]*.sql"))
    if [number for number, _ in found] != list(range(1, len(found) + 1)):
        raise RuntimeError("migrations are not numbered 1, 2, 3")
    return found


async def missing_migrations(url: str) -> list[str]:
    """The names of files that were not applied yet. Raises what `AWAY` names while the database is away."""
    connection = await asyncpg.connect(url, timeout=5)
    try:
        if await connection.fetchval("select to_regclass('schema_migration')") is None:
            return [path.name for _, path in migrations()]
        done = {row["number"] for row in await connection.fetch("select number from schema_migration")}
    finally:
        await connection.close()
    return [path.name for number, path in migrations() if number not in done]


async def migrate(url: str) -> list[str]:
    """Apply what is missing, each file in a transaction, one process at a time. Returns the names applied."""
    connection = await asyncpg.connect(url, timeout=5)
    applied = []
    try:
        await connection.execute("select pg_advisory_lock($1)", _MIGRATION_LOCK)
        await connection.execute(
            "create table if not exists schema_migration"
            " (number integer primary key, applied_at timestamptz not null default now())"
        )
        done = {row["number"] for row in await connection.fetch("select number from schema_migration")}
        for number, path in migrations():
            if number not in done:
                async with connection.transaction():
                    await connection.execute(path.read_text(encoding="utf-8"))
                    await connection.execute("insert into schema_migration (number) values ($1)", number)
                applied.append(path.name)
    finally:
        await connection.close()
    return applied
