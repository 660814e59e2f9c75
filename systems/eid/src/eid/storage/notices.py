"""What services told their users through us, in words that are ours: the owner's inbox."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

from eid.storage.database import Database
from eid.storage.queues import queue_notice

NoticeKind = Literal[
    "account_linked", "account_claimed", "claim_granted", "number_claimed", "link_undone", "account_frozen"
]
#: Told by SMS or mail too: 72 hours run, and the service may know no other way to this person.
AT_ONCE: Final[frozenset[NoticeKind]] = frozenset({"claim_granted", "number_claimed"})


class Notice(msgspec.Struct, frozen=True):
    """That a service told the owner something."""

    client_id: str
    kind: NoticeKind
    received_at: datetime


class ServiceNotices:
    """Table notices."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def receive(self, client_id: str, notice_id: UUID, account_id: UUID | None, kind: NoticeKind) -> bool:
        """Keep it, and queue the message where it is told at once, in one transaction. False when it came before."""
        async with self._db.transaction() as connection:
            # guard: eid-notice-taken-once
            new = await connection.fetchval(
                "insert into notices (client_id, id, account_id, kind) values ($1, $2, $3, $4)"
                " on conflict do nothing returning true",
                client_id,
                notice_id,
                account_id,
                kind,
            )
            if new and account_id is not None and kind in AT_ONCE:
                await queue_notice(connection, account_id, kind, client_id=client_id)
        return bool(new)

    async def of_account(self, account_id: UUID, limit: int) -> list[Notice]:
        """The latest, newest first."""
        rows = await self._db.lanes.fetch(
            "select client_id, kind, received_at from notices where account_id = $1 order by received_at desc limit $2",
            account_id,
            limit,
        )
        return [Notice(row["client_id"], row["kind"], row["received_at"]) for row in rows]
