"""The outbox of shared signals: written in the transaction of the act that it tells, read by push and poll."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from eid.signals.events import VERIFICATION, Signal
from eid.signals.streams import PUSH
from eid.storage.database import Connection, Database, Record

LEASE: Final = timedelta(seconds=60)
LONGEST_WAIT: Final = 600
PUSHED_AT_ONCE: Final = 50

# Only whom the receiver's sector has met, unless it took the person off; a session's end goes to who took part in it.
# guard: eid-signal-only-to-who-took-part
_RAISE: Final = """
insert into signal_outbox (stream_id, txn, event_type, body, sub, session_id, happened_at)
select s.stream_id, $2, told.event_type, told.body, subjects.sub, told.session_id, told.happened_at
from unnest($3::text[], $4::jsonb[], $5::uuid[], $6::timestamptz[]) with ordinality
    as told (event_type, body, session_id, happened_at, number)
join signal_streams s on s.status <> 'disabled' and told.event_type = any (s.events_delivered)
join subjects on subjects.account_id = $1 and subjects.sector = s.sector
where not exists (select 1 from signal_exclusions x where x.stream_id = s.stream_id and x.account_id = $1)
  and (told.session_id is null or exists (
      select 1 from grants g
      where g.session_id = told.session_id and g.client_id = s.client_id and g.redeemed_at is not null))
order by s.stream_id, told.number
"""
_WAITING: Final = (
    "select id, jti, txn, event_type, body, sub, session_id, happened_at, queued_at from signal_outbox"
    " where stream_id = $1 and settled_at is null order by id limit $2"
)


class Waiting(msgspec.Struct, frozen=True):
    """One event that a receiver has not taken yet. `sub` is None when it is about the stream."""

    id: int
    jti: str
    txn: str
    event_type: str
    body: dict[str, Any]
    sub: str | None
    session_id: UUID | None
    happened_at: datetime
    queued_at: datetime


async def raise_signals(connection: Connection, account_id: UUID, signals: Sequence[Signal]) -> None:
    """Within the transaction of the act: queue what every receiver that knows the person has to hear, in order."""
    if not signals:
        return
    await connection.execute(
        _RAISE,
        account_id,
        uuid4(),
        [signal.type for signal in signals],
        [msgspec.json.encode(signal.body).decode() for signal in signals],
        [signal.session_id for signal in signals],
        [signal.happened_at for signal in signals],
    )


class SignalOutbox:
    """Table signal_outbox. One process at a time pushes on a stream, so that its order holds."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def waiting(self, stream_id: UUID, limit: int = PUSHED_AT_ONCE) -> list[Waiting]:
        """The oldest that wait, in order."""
        return [_waiting(row) for row in await self._db.lanes.fetch(_WAITING, stream_id, limit)]

    async def verify(self, stream_id: UUID, state: str | None, now: datetime) -> None:
        """Queue a verification event behind what waits (SSF 8.1.4.1)."""
        body = {} if state is None else {"state": state}
        await self._db.lanes.fetch(
            "insert into signal_outbox (stream_id, txn, event_type, body, happened_at) values ($1, $2, $3, $4, $5)",
            stream_id,
            uuid4(),
            VERIFICATION,
            msgspec.json.encode(body).decode(),
            now,
        )

    async def settle(self, stream_id: UUID, outcomes: Mapping[str, str | None], now: datetime) -> None:
        """These jtis are done: taken (None), or refused with an error code. Unknown ones are ignored (RFC 8936 2.4)."""
        known = {jti: error for jti, error in outcomes.items() if _is_uuid(jti)}
        await self._db.lanes.fetch(
            "update signal_outbox set settled_at = $4, refused = done.error"
            " from unnest($2::uuid[], $3::text[]) as done (jti, error)"
            " where stream_id = $1 and signal_outbox.jti = done.jti and settled_at is null",
            stream_id,
            list(known),
            list(known.values()),
            now,
        )

    async def lease(self, now: datetime) -> list[UUID]:
        """Streams on which something has to be pushed now; theirs is this process for a minute."""
        rows = await self._db.lanes.fetch(
            "update signal_streams set leased_until = $2 where stream_id in ("
            " select stream_id from signal_streams s where status = 'enabled' and delivery_method = $3"
            " and next_at <= $1 and leased_until <= $1"
            " and exists (select 1 from signal_outbox o where o.stream_id = s.stream_id and o.settled_at is null)"
            " order by next_at limit 20 for update skip locked) returning stream_id",
            now,
            now + LEASE,
            PUSH,
        )
        return [row["stream_id"] for row in rows]

    async def release(self, stream_id: UUID, *, failed: bool, now: datetime) -> None:
        """The push is over. After a failure the stream waits 2 s, 4 s … ten minutes, and loses nothing."""
        await self._db.lanes.fetch(
            "update signal_streams set leased_until = $2, attempts = case when $3 then attempts + 1 else 0 end,"
            " next_at = case when $3 then $2::timestamptz"
            " + make_interval(secs => least(power(2, least(attempts, 12) + 1), $4)) else $2 end"
            " where stream_id = $1",
            stream_id,
            now,
            failed,
            LONGEST_WAIT,
        )


def _waiting(row: Record) -> Waiting:
    return Waiting(
        id=row["id"],
        jti=str(row["jti"]),
        txn=str(row["txn"]),
        event_type=row["event_type"],
        body=msgspec.json.decode(row["body"]),
        sub=row["sub"],
        session_id=row["session_id"],
        happened_at=row["happened_at"],
        queued_at=row["queued_at"],
    )


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
