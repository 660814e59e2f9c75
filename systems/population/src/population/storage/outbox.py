"""Events waiting to be pushed, sealed; taken by one process at a time, kept until they are delivered."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import msgspec

from population.storage.database import Connection, Database

_CONTEXT = "outbox.content"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event to push: who gets it, what is in it, how often it was tried."""

    id: int
    jti: UUID
    receiver: str
    content: dict[str, object]
    attempts: int


async def add(database: Database, connection: Connection, receiver: str, content: dict[str, object]) -> None:
    """Put an event into the outbox, in the transaction that it tells of."""
    await connection.execute(
        "insert into outbox (jti, receiver, content) values ($1, $2, $3)",
        uuid4(),
        receiver,
        database.sealer.seal(msgspec.json.encode(content).decode(), _CONTEXT),
    )


async def take(database: Database, connection: Connection, most: int) -> list[Waiting]:
    """Events that are due, locked for this transaction; what another process holds is left out."""
    rows = await connection.fetch(
        "select id, jti, receiver, content, attempts from outbox where delivered_at is null and next_at <= now()"
        " order by id limit $1 for update skip locked",
        most,
    )
    return [
        Waiting(
            row["id"],
            row["jti"],
            row["receiver"],
            msgspec.json.decode(database.sealer.open(row["content"], _CONTEXT)),
            row["attempts"],
        )
        for row in rows
    ]


async def delivered(connection: Connection, event: Waiting) -> None:
    """It has arrived: its content is forgotten."""
    await connection.execute("update outbox set delivered_at = now(), content = null where id = $1", event.id)


async def failed(connection: Connection, event: Waiting, retry_in_seconds: float) -> None:
    """It has not arrived: try again later."""
    await connection.execute(
        "update outbox set attempts = attempts + 1, next_at = now() + make_interval(secs => $2) where id = $1",
        event.id,
        retry_in_seconds,
    )


async def purge(database: Database) -> int:
    """Remove what was delivered a week ago."""
    done: str = await database.pool.execute("delete from outbox where delivered_at < now() - interval '7 days'")
    return int(done.rsplit(maxsplit=1)[-1])
