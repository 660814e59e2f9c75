"""Signed-in browsers. The cookie's secret is stored as a SHA-256 only, and changes at every sign-in."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

import msgspec

from eid.sessions import TOUCH_EVERY, Session, is_live
from eid.signals.events import Entity, session_revoked
from eid.storage.accounts import Account
from eid.storage.batches import BatchedRead
from eid.storage.database import Connection, Database, Record
from eid.storage.signal_outbox import raise_signals


class SignedIn(msgspec.Struct, frozen=True):
    """A live session and the account that it belongs to."""

    session: Session
    account: Account


#: Of `sessions s` and `accounts a`: what `Sessions.live` judges.
FOUND: Final = (
    "s.id, s.account_id, s.auth_time, s.created_at, s.last_seen_at, s.user_agent,"
    " a.level, a.state, a.lock_reason, a.register_checked_at, a.second_factor"
)
_FIND: Final = (
    f"select asked.n, {FOUND}"  # noqa: S608
    " from unnest($1::bytea[]) with ordinality as asked (token_hash, n)"
    " join sessions s on s.token_hash = asked.token_hash join accounts a on a.id = s.account_id"
    " where s.ended_at is null and a.state = 'active'"
)


_RENEW: Final = (
    "with kept as (update sessions set token_hash = $5, auth_time = $6, last_seen_at = $6, user_agent = $7"
    " where id = $2),"
)
_MAKE: Final = (
    "with kept as (insert into sessions"
    " (id, token_hash, account_id, auth_time, created_at, last_seen_at, user_agent)"
    " values ($2, $5, $3, $6, $6, $6, $7)),"
)
_SIGNED_IN: Final = (
    " here as (update interactions set session_id = $2 where id = $1)"
    " insert into audit (event, account_id, client_id, session_id)"
    " values ('signed_in', $3::uuid, $4::text, $2::uuid)"
)


def digest(token: str) -> bytes:
    """What is stored of a cookie's secret."""
    return hashlib.sha256(token.encode()).digest()


class Sessions:
    """Table sessions."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._finds = BatchedRead(database, _FIND)

    async def find(self, token: str, now: datetime) -> SignedIn | None:
        """The live session of a cookie; an idle, old, ended one, or one of an account out of use, is none."""
        row = await self._finds.one(digest(token))
        return None if row is None else await self.live(row, now)

    async def live(self, row: Record, now: datetime) -> SignedIn | None:
        """Judge the columns `FOUND` of a session; now and then, note that it was seen."""
        session = _session(row)
        if not is_live(session, now):
            return None
        if now - session.last_seen_at >= TOUCH_EVERY:
            await self._db.lanes.fetch("update sessions set last_seen_at = $2 where id = $1", session.id, now)
        account = Account(
            row["account_id"],
            row["level"],
            row["state"],
            row["lock_reason"],
            row["register_checked_at"],
            row["second_factor"],
        )
        return SignedIn(session, account)

    async def sign_in(
        self,
        *,
        interaction_id: str,
        account_id: UUID,
        new_token: str,
        old_token: str | None,
        user_agent: str,
        now: datetime,
        client_id: str | None,
    ) -> Session:
        """Both factors are proven: renew the browser's session, or make one, and say so in the audit.

        The secret is always a new one. The same person signing in again keeps the session's id (and `sid`);
        somebody else's session in this browser ends, and the clients of it are told.
        """
        fresh = Session(uuid4(), account_id, now, now, now, user_agent)
        made = (interaction_id, fresh.id, account_id, client_id, digest(new_token), now, user_agent)
        if old_token is None:
            await self._db.lanes.fetch(_MAKE + _SIGNED_IN, *made)
            return fresh
        async with self._db.transaction() as connection:
            row = await connection.fetchrow(
                "select * from sessions where token_hash = $1 and ended_at is null for update", digest(old_token)
            )
            if row is not None and row["account_id"] == account_id and is_live(_session(row), now):
                session = msgspec.structs.replace(_session(row), auth_time=now, last_seen_at=now)
                await connection.execute(_RENEW + _SIGNED_IN, made[0], session.id, *made[2:])
                return session
            if row is not None:
                await end(connection, row["id"], now, "policy")
            await connection.execute(_MAKE + _SIGNED_IN, *made)
        return fresh

    async def of_account(self, account_id: UUID, now: datetime) -> list[Session]:
        """Live sessions of an account, latest first."""
        rows = await self._db.lanes.fetch(
            "select id, account_id, auth_time, created_at, last_seen_at, user_agent from sessions"
            " where account_id = $1 and ended_at is null order by last_seen_at desc",
            account_id,
        )
        return [session for session in map(_session, rows) if is_live(session, now)]

    async def took_part(self, session_id: UUID) -> list[str]:
        """The clients that got tokens from a session, in the order of their ids."""
        rows = await self._db.lanes.fetch(
            "select distinct client_id from grants where session_id = $1 and redeemed_at is not null"
            " order by client_id",
            session_id,
        )
        return [row["client_id"] for row in rows]

    async def end(self, session_id: UUID, now: datetime, *, account_id: UUID | None = None) -> bool:
        """The owner ends one session; its clients are told. With `account_id` only when it is that account's."""
        async with self._db.transaction() as connection:
            if account_id is not None:
                owner = await connection.fetchval("select account_id from sessions where id = $1", session_id)
                if owner != account_id:
                    return False
            return await end(connection, session_id, now, "user")

    async def end_all(self, account_id: UUID, now: datetime, *, but: UUID | None = None) -> int:
        """The owner ends every session (but one)."""
        async with self._db.transaction() as connection:
            return await end_all(connection, account_id, now, "user", but=but)


async def end_all(
    connection: Connection, account_id: UUID, now: datetime, by: Entity, *, but: UUID | None = None
) -> int:
    """Within a transaction: end every session of an account (but one). `by` is who set it off."""
    rows = await connection.fetch("select id from sessions where account_id = $1 and ended_at is null", account_id)
    ended = [await end(connection, row["id"], now, by) for row in rows if row["id"] != but]
    return sum(ended)


async def end(connection: Connection, session_id: UUID, now: datetime, by: Entity) -> bool:
    """Within a transaction: end a session, and queue a logout token and a signal to who took part in it."""
    account_id = await connection.fetchval(
        "update sessions set ended_at = $2 where id = $1 and ended_at is null returning account_id", session_id, now
    )
    if account_id is None:
        return False
    await connection.execute(
        "insert into logout_queue (id, client_id, sub, session_id)"
        " select gen_random_uuid(), client_id, sub, session_id from grants"
        " where session_id = $1 and redeemed_at is not null group by client_id, sub, session_id",
        session_id,
    )
    await raise_signals(connection, account_id, [session_revoked(session_id, now, by)])
    return True


def _session(row: Record) -> Session:
    return Session(
        row["id"], row["account_id"], row["auth_time"], row["created_at"], row["last_seen_at"], row["user_agent"]
    )
