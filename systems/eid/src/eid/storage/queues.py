"""Durable queues: logout tokens to clients, notices to owners. Taken with SKIP LOCKED, retried with growing waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID, uuid4

import msgspec

from eid.clients import Client, Name
from eid.storage.database import Connection, Database, Record

Queue = Literal["logout_queue", "notice_queue"]
GIVE_UP_AFTER: Final = 12
_LEASE: Final = timedelta(seconds=30)


def wait_before(attempt: int) -> timedelta:
    """2 s, 4 s, 8 s … up to an hour: twelve attempts reach over two hours."""
    return timedelta(seconds=min(2**attempt, 3600))


class LogoutTask(msgspec.Struct, frozen=True):
    """A client that has to hear that a session ended."""

    id: UUID
    client_id: str
    sub: str
    session_id: UUID
    attempts: int


class NoticeTask(msgspec.Struct, frozen=True):
    """An owner who has to hear of something. `agency`: who asked the register, or the client's organisation."""

    id: UUID
    account_id: UUID
    kind: str
    agency: Name
    happened_at: datetime
    attempts: int


_BOTH: Final[tuple[Queue, Queue]] = ("logout_queue", "notice_queue")
_DONE: Final = {queue: f"update {queue} set delivered_at = $2 where id = $1" for queue in _BOTH}  # noqa: S608
_FAILED: Final = {
    queue: f"update {queue} set next_at = $2, given_up_at = $3 where id = $1"  # noqa: S608
    for queue in _BOTH
}
_TAKE: Final = {
    queue: f"update {queue} set attempts = attempts + 1, next_at = $2 where id in ("  # noqa: S608
    f" select id from {queue} where next_at <= $1 and delivered_at is null and given_up_at is null"
    " order by next_at limit 20 for update skip locked) returning *"
    for queue in _BOTH
}


class Queues:
    """Tables logout_queue and notice_queue. A taken row is leased for 30 s: who dies meanwhile loses it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def take_logouts(self, now: datetime) -> list[LogoutTask]:
        """Up to 20 due logout tasks."""
        rows = await self._take("logout_queue", now)
        return [LogoutTask(row["id"], row["client_id"], row["sub"], row["session_id"], row["attempts"]) for row in rows]

    async def take_notices(self, now: datetime) -> list[NoticeTask]:
        """Up to 20 due notices."""
        tasks = []
        for row in await self._take("notice_queue", now):
            event = await self._db.lanes.row(
                "select agency, happened_at from register_events where jti = $1", row["event_jti"]
            )
            agency, happened_at = Name("", ""), row["queued_at"]
            if event is not None:
                agency, happened_at = msgspec.json.decode(event["agency"], type=Name), event["happened_at"]
            if row["client_id"] is not None:
                agency = await self._organization(row["client_id"])
            tasks.append(NoticeTask(row["id"], row["account_id"], row["kind"], agency, happened_at, row["attempts"]))
        return tasks

    async def _organization(self, client_id: str) -> Name:
        metadata = await self._db.lanes.value("select metadata from clients where client_id = $1", client_id)
        if metadata is None:
            return Name(client_id, client_id)
        return msgspec.json.decode(metadata, type=Client).organization

    async def done(self, queue: Queue, task_id: UUID, now: datetime) -> None:
        """Delivered."""
        await self._db.lanes.fetch(_DONE[queue], task_id, now)

    async def failed(self, queue: Queue, task_id: UUID, attempts: int, now: datetime) -> None:
        """Try again later; after a dozen attempts give up, visibly."""
        given_up = now if attempts >= GIVE_UP_AFTER else None
        await self._db.lanes.fetch(
            _FAILED[queue],
            task_id,
            now + wait_before(attempts),
            given_up,
        )

    async def _take(self, queue: Queue, now: datetime) -> list[Record]:
        rows: list[Record] = await self._db.lanes.fetch(
            _TAKE[queue],
            now,
            now + _LEASE,
        )
        return rows


async def queue_notice(
    connection: Connection,
    account_id: UUID,
    kind: str,
    *,
    event_jti: str | None = None,
    client_id: str | None = None,
) -> None:
    """Within a transaction: an owner has to be told, of an event of the register or of what a client did."""
    await connection.execute(
        "insert into notice_queue (id, account_id, kind, event_jti, client_id) values ($1, $2, $3, $4, $5)",
        uuid4(),
        account_id,
        kind,
        event_jti,
        client_id,
    )
