"""Alarms raised for the register's staff: one for each kind and key in a day."""

from dataclasses import dataclass
from datetime import date, datetime

from population.disclosure.alarms import Pattern
from population.storage.database import Connection, Database


@dataclass(frozen=True, slots=True)
class Alarm:
    """A raised alarm. It names the client where there is one; never a person."""

    id: int
    kind: str
    client_id: str | None
    count: int
    raised_at: datetime
    mailed_at: datetime | None
    acknowledged_at: datetime | None = None


_COLUMNS = "id, kind, client_id, count, raised_at, mailed_at, acknowledged_at"


async def raise_(database: Database, pattern: Pattern, day: date) -> None:
    """Raise once a day; later counts only make the number grow."""
    await database.pool.execute(
        "insert into alarm (kind, key, day, client_id, count) values ($1, $2, $3, $4, $5)"
        " on conflict (kind, key, day) do update set count = greatest(alarm.count, excluded.count)",
        pattern.kind,
        pattern.key,
        day,
        pattern.client_id,
        pattern.count,
    )


async def take_unmailed(connection: Connection) -> list[Alarm]:
    """Alarms that staff were not told yet, locked for this transaction."""
    rows = await connection.fetch(
        f"select {_COLUMNS} from alarm where mailed_at is null order by id limit 20 for update skip locked"  # noqa: S608
    )
    return [Alarm(**row) for row in rows]


async def mailed(connection: Connection, alarm: Alarm) -> None:
    """Staff have been told."""
    await connection.execute("update alarm set mailed_at = now() where id = $1", alarm.id)


async def newest(database: Database, most: int) -> list[Alarm]:
    """For ``population alarms list``."""
    rows = await database.pool.fetch(f"select {_COLUMNS} from alarm order by id desc limit $1", most)  # noqa: S608
    return [Alarm(**row) for row in rows]


async def acknowledge(database: Database, id_: int, officer: bytes, note: str) -> bool:
    """An officer has looked, and says what he found. False when somebody has before."""
    done: str = await database.pool.execute(
        "update alarm set acknowledged_at = now(), acknowledged_by = $2, note = $3"
        " where id = $1 and acknowledged_at is null",
        id_,
        officer,
        database.sealer.seal(note, "alarm.note"),
    )
    return done == "UPDATE 1"
