"""Events that the register pushed: kept once per `jti`, shown to the owner, told at once where that is due."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from eid.clients import Name
from eid.storage.database import Connection, Database
from eid.storage.queues import queue_notice


class RegisterEvent(msgspec.Struct, frozen=True):
    """Somebody asked the register about the owner; `agency` is its name in both languages."""

    agency: Name
    purpose: str
    happened_at: datetime


async def first_time(connection: Connection, jti: str) -> bool:
    """Within the transaction of what it sets off: whether this message comes for the first time."""
    # guard: eid-register-change-once
    return bool(
        await connection.fetchval(
            "insert into register_events (jti) values ($1) on conflict do nothing returning true", jti
        )
    )


class RegisterEvents:
    """Table register_events."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def receive(self, jti: str, account_id: UUID | None, event: RegisterEvent) -> bool:
        """Keep it and queue the notice to the owner, in one transaction. False when it came before."""
        async with self._db.transaction() as connection:
            # guard: eid-register-event-once
            new = await connection.fetchval(
                "insert into register_events (jti, account_id, agency, purpose, happened_at)"
                " values ($1, $2, $3::jsonb, $4, $5) on conflict do nothing returning true",
                jti,
                account_id,
                None if account_id is None else msgspec.json.encode(event.agency).decode(),
                None if account_id is None else event.purpose,
                None if account_id is None else event.happened_at,
            )
            if new and account_id is not None and event.purpose == "account_match":
                await queue_notice(connection, account_id, "account_match", event_jti=jti)
        return bool(new)

    async def of_account(self, account_id: UUID, limit: int) -> list[RegisterEvent]:
        """The latest, newest first."""
        rows = await self._db.lanes.fetch(
            "select agency, purpose, happened_at from register_events where account_id = $1"
            " order by happened_at desc limit $2",
            account_id,
            limit,
        )
        return [
            RegisterEvent(msgspec.json.decode(row["agency"], type=Name), row["purpose"], row["happened_at"])
            for row in rows
        ]
