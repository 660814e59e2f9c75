"""Streams of shared signals: one per receiver, by the database's own constraint."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from eid.signals.streams import VERIFY_EVERY, Status, Stream
from eid.storage.database import Database, Record

CONTEXT: Final = "signal_streams.authorization_header"
_COLUMNS: Final = (
    "stream_id, client_id, sector, events_requested, delivery_method, endpoint_url, authorization_header,"
    " description, status, reason"
)
_OF_CLIENT: Final = f"select {_COLUMNS} from signal_streams where client_id = $1"  # noqa: S608
_GET: Final = f"select {_COLUMNS} from signal_streams where stream_id = $1"  # noqa: S608
_CREATE: Final = (
    f"insert into signal_streams ({_COLUMNS}, events_delivered)"  # noqa: S608
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (client_id) do nothing returning true"
)


class SignalStreams:
    """Tables signal_streams and signal_exclusions."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def of_client(self, client_id: str) -> Stream | None:
        """The receiver's stream."""
        row = await self._db.lanes.row(_OF_CLIENT, client_id)
        return None if row is None else self._stream(row)

    async def get(self, stream_id: UUID) -> Stream | None:
        """A stream by its id."""
        row = await self._db.lanes.row(_GET, stream_id)
        return None if row is None else self._stream(row)

    async def create(self, stream: Stream) -> bool:
        """False when the receiver has one already."""
        return bool(
            await self._db.lanes.value(
                _CREATE,
                stream.stream_id,
                stream.client_id,
                stream.sector,
                list(stream.events_requested),
                stream.delivery_method,
                stream.endpoint_url,
                self._db.seal(stream.authorization_header, CONTEXT),
                stream.description,
                stream.status,
                stream.reason,
                list(stream.events_delivered),
            )
        )

    async def change(self, stream: Stream) -> None:
        """Keep a new configuration; what waits is pushed to the new place at once."""
        await self._db.lanes.fetch(
            "update signal_streams set events_requested = $2, events_delivered = $3, delivery_method = $4,"
            " endpoint_url = $5, authorization_header = $6, description = $7, attempts = 0, next_at = now()"
            " where stream_id = $1",
            stream.stream_id,
            list(stream.events_requested),
            list(stream.events_delivered),
            stream.delivery_method,
            stream.endpoint_url,
            self._db.seal(stream.authorization_header, CONTEXT),
            stream.description,
        )

    async def set_status(self, stream_id: UUID, status: Status, reason: str | None) -> None:
        """Paused keeps what comes, disabled neither keeps nor sends (SSF 8.1.2)."""
        async with self._db.transaction() as connection:
            await connection.execute(
                "update signal_streams set status = $2, reason = $3, attempts = 0, next_at = now()"
                " where stream_id = $1",
                stream_id,
                status,
                reason,
            )
            if status == "disabled":
                await connection.execute(
                    "delete from signal_outbox where stream_id = $1 and settled_at is null", stream_id
                )

    async def delete(self, stream_id: UUID) -> None:
        """The stream and all that waits on it."""
        await self._db.lanes.fetch("delete from signal_streams where stream_id = $1", stream_id)

    async def may_verify(self, stream_id: UUID, now: datetime) -> bool:
        """Whether a verification may be asked for now; counts as asked."""
        # guard: eid-stream-verification-waits
        asked: bool | None = await self._db.lanes.value(
            "update signal_streams set verified_at = $2 where stream_id = $1"
            " and coalesce(verified_at, '-infinity') <= $3 returning true",
            stream_id,
            now,
            now - timedelta(seconds=VERIFY_EVERY),
        )
        return bool(asked)

    async def include(self, stream: Stream, sub: str) -> bool:
        """Tell of this person again. False for a sub that the receiver's sector does not know."""
        account_id = await self._account(stream, sub)
        if account_id is None:
            return False
        await self._db.lanes.fetch(
            "delete from signal_exclusions where stream_id = $1 and account_id = $2", stream.stream_id, account_id
        )
        return True

    async def exclude(self, stream: Stream, sub: str) -> None:
        """Tell nothing of this person any more; an unknown sub is nobody."""
        account_id = await self._account(stream, sub)
        if account_id is not None:
            await self._db.lanes.fetch(
                "insert into signal_exclusions (stream_id, account_id) values ($1, $2) on conflict do nothing",
                stream.stream_id,
                account_id,
            )

    async def _account(self, stream: Stream, sub: str) -> UUID | None:
        # guard: eid-stream-subject-of-its-sector
        found: UUID | None = await self._db.lanes.value(
            "select account_id from subjects where sub = $1 and sector = $2", sub, stream.sector
        )
        return found

    def _stream(self, row: Record) -> Stream:
        return Stream(
            stream_id=row["stream_id"],
            client_id=row["client_id"],
            sector=row["sector"],
            events_requested=tuple(row["events_requested"]),
            delivery_method=row["delivery_method"],
            endpoint_url=row["endpoint_url"],
            authorization_header=self._db.open(row["authorization_header"], CONTEXT),
            description=row["description"],
            status=row["status"],
            reason=row["reason"],
        )
