"""Orders under which reads of one person by one client are shown to that person only when the order is over.

Serves the Criminal Procedure Code and Law 91/2025 on personal data: nobody is exempt from the log, only from being seen
at once. An order has a legal ground, an end, and two officers.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from population.storage.database import Database

_GROUND = "secrecy_order.ground"


@dataclass(frozen=True, slots=True)
class Order:
    """One order. Whose number it is stands only in the database, as its index."""

    id: UUID
    client_id: str
    ground: str
    until: date
    asked_by: bytes
    approved: bool
    ended: bool


async def ask(database: Database, whom: tuple[str, str], ground: str, until: date, officer: bytes) -> None:
    """An officer asks for an order about the number and the client of ``whom``; it covers nothing until another one
    approves it."""
    await database.pool.execute(
        "insert into secrecy_order (id, number_index, client_id, ground, until, asked_by)"
        " values ($1, $2, $3, $4, $5, $6)",
        uuid4(),
        database.number_index(whom[0]),
        whom[1],
        database.sealer.seal(ground, _GROUND),
        until,
        officer,
    )


async def approve(database: Database, id_: UUID, officer: bytes) -> bool:
    """Let an order begin. False for the officer who asked for it, and for one that has begun or ended."""
    # guard: npd-secrecy-needs-two
    done: str = await database.pool.execute(
        "update secrecy_order set approved_by = $2, approved_at = now()"
        " where id = $1 and approved_by is null and ended_at is null and asked_by <> $2",
        id_,
        officer,
    )
    return done == "UPDATE 1"


async def end(database: Database, id_: UUID) -> bool:
    """End an order before its day; what it covered is shown from now on."""
    done: str = await database.pool.execute(
        "update secrecy_order set ended_at = now() where id = $1 and ended_at is null", id_
    )
    return done == "UPDATE 1"


async def orders(database: Database, most: int) -> list[Order]:
    """The newest orders."""
    rows = await database.pool.fetch(
        "select id, client_id, ground, until, asked_by, approved_at, ended_at from secrecy_order"
        " order by asked_at desc limit $1",
        most,
    )
    return [
        Order(
            row["id"],
            row["client_id"],
            database.sealer.open(row["ground"], _GROUND),
            row["until"],
            row["asked_by"],
            row["approved_at"] is not None,
            row["ended_at"] is not None,
        )
        for row in rows
    ]
