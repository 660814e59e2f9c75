"""Requests of the device grant and of CIBA that wait for their owner. Polls and answers are judged under a row lock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import msgspec

from eid.grants import pending
from eid.grants.authorization_request import AuthorizationRequest
from eid.grants.grant import Grant
from eid.grants.pending import Kind, Pending, Poll
from eid.storage.database import Connection, Database, Record
from eid.storage.grants import Grants
from eid.storage.queues import queue_notice, wait_before

CONTEXT: Final = "pending_requests.content"
PING_ATTEMPTS: Final = 8
_LEASE: Final = timedelta(seconds=30)
_STATE: Final = "kind, client_id, state, expires_at, interval, polled_at, grant_id, redeemed"


class Content(msgspec.Struct, frozen=True):
    """What was asked, sealed. `auth_req_id` and `notification_token` stand here for clients that are pinged."""

    request: AuthorizationRequest
    user_code: str | None = None
    binding_message: str | None = None
    auth_req_id: str | None = None
    notification_token: str | None = None


class Waiting(msgspec.Struct, frozen=True):
    """A request as its owner sees it."""

    id: UUID
    kind: Kind
    client_id: str
    account_id: UUID | None
    content: Content
    created_at: datetime
    expires_at: datetime


class Polled(NamedTuple):
    """What a poll came to; `grant` is there when there are tokens."""

    verdict: Poll
    grant_id: UUID | None
    grant: Grant | None


class Ping(msgspec.Struct, frozen=True):
    """A client that has to hear that its request was answered, or is over."""

    id: UUID
    client_id: str
    content: Content
    attempts: int


_WAITING = "id, kind, client_id, account_id, content, created_at, expires_at"
_FIND = f"select {_WAITING} from pending_requests where id = $1 and state = 'pending' and expires_at > $2"  # noqa: S608
_BY_USER_CODE = (
    f"select {_WAITING} from pending_requests"  # noqa: S608
    " where user_code_blind = $1 and state = 'pending' and expires_at > $2"
)
_OF_ACCOUNT = (
    f"select {_WAITING} from pending_requests"  # noqa: S608
    " where account_id = $1 and kind = 'ciba' and state = 'pending' and expires_at > $2 order by created_at desc"
)
_BY_CODE = f"select id, {_STATE} from pending_requests where code_hash = $1 and client_id = $2 for update"  # noqa: S608
_LOCK = f"select account_id, {_STATE} from pending_requests where id = $1 for update"  # noqa: S608
_DECIDE = (
    "update pending_requests set state = $2, account_id = $3, grant_id = $4, decided_at = $5::timestamptz,"
    " ping_at = case when ping_at is null then null else $5::timestamptz end where id = $1"
)
_NOTE = (
    "insert into audit (event, account_id, client_id)"
    " select $1, account_id, client_id from pending_requests where id = $2"
)


class PendingRequests:
    """Table pending_requests."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._grants = Grants(database)

    async def begin_device(
        self, code: str, user_code_blind: bytes, content: Content, *, now: datetime, lifetime: timedelta
    ) -> bool:
        """Keep a device's request. False when another live one has this user code (make another)."""
        made = await self._db.lanes.value(
            "insert into pending_requests"
            " (id, kind, code_hash, user_code_blind, client_id, content, created_at, expires_at, interval)"
            " values ($1, 'device', $2, $3, $4, $5, $6, $7, $8)"
            " on conflict (user_code_blind) do nothing returning true",
            uuid4(),
            pending.digest("device", code),
            user_code_blind,
            content.request.client_id,
            self._sealed(content),
            now,
            now + lifetime,
            pending.INTERVAL,
        )
        return bool(made)

    async def begin_ciba(
        self, code: str, account_id: UUID, content: Content, *, now: datetime, lifetime: timedelta
    ) -> None:
        """Keep a request for this person and queue the notice to them, in one transaction."""
        client_id = content.request.client_id
        async with self._db.transaction() as connection:
            await connection.execute(
                "insert into pending_requests"
                " (id, kind, code_hash, client_id, account_id, content, created_at, expires_at, interval, ping_at)"
                " values ($1, 'ciba', $2, $3, $4, $5, $6, $7, $8, $9)",
                uuid4(),
                pending.digest("ciba", code),
                client_id,
                account_id,
                self._sealed(content),
                now,
                now + lifetime,
                pending.INTERVAL,
                # Told at the end too when nobody answers (CIBA 10.2); an answer brings it forward.
                None if content.notification_token is None else now + lifetime,
            )
            await queue_notice(connection, account_id, "request_waiting", client_id=client_id)

    async def find(self, request_id: UUID, now: datetime) -> Waiting | None:
        """A request that can still be answered."""
        return self._waiting(await self._db.lanes.row(_FIND, request_id, now))

    async def find_by_user_code(self, user_code_blind: bytes, now: datetime) -> Waiting | None:
        """A device's request that can still be answered."""
        return self._waiting(await self._db.lanes.row(_BY_USER_CODE, user_code_blind, now))

    async def find_by_code(self, kind: Kind, code: str, now: datetime) -> Waiting | None:
        """By its device_code or auth_req_id: for the named test setting only."""
        request_id = await self._db.lanes.value(
            "select id from pending_requests where code_hash = $1", pending.digest(kind, code)
        )
        return None if request_id is None else await self.find(request_id, now)

    async def of_account(self, account_id: UUID, now: datetime) -> list[Waiting]:
        """What waits for this person, newest first."""
        rows = await self._db.lanes.fetch(_OF_ACCOUNT, account_id, now)
        return [waiting for waiting in map(self._waiting, rows) if waiting is not None]

    async def poll(self, kind: Kind, code: str, client_id: str, now: datetime) -> Polled | None:
        """Judge a poll and keep what it changed. None for a code that this client was not given."""
        grant = None
        async with self._db.transaction() as connection:
            row = await connection.fetchrow(_BY_CODE, pending.digest(kind, code), client_id)
            if row is None:
                return None
            verdict, kept = pending.judge_poll(_state(row), now)
            await connection.execute(
                "update pending_requests set interval = $2, polled_at = $3, redeemed = $4 where id = $1",
                row["id"],
                kept.interval,
                kept.polled_at,
                kept.redeemed,
            )
            if verdict is Poll.TOKENS and kept.grant_id is not None:
                # Read before the lock goes: who comes second revokes it, and the first has its answer all the same.
                grant = await self._grants.standing(kept.grant_id, connection)
        return Polled(verdict, kept.grant_id, grant)

    async def allow(self, request_id: UUID, grant: Grant, now: datetime) -> bool:
        """The owner said yes: keep the grant with the answer. False, and no grant: answered before, or over."""
        async with self._db.transaction() as connection:
            if not await self._is_open(connection, request_id, grant.account_id, now):
                return False
            await self._grants.keep(connection, grant, now)
            await connection.execute(_DECIDE, request_id, "allowed", grant.account_id, grant.id, now)
            await connection.execute(_NOTE, "request_allowed", request_id)
        return True

    async def deny(self, request_id: UUID, account_id: UUID, now: datetime) -> bool:
        """The owner said no. False: answered before, or over."""
        async with self._db.transaction() as connection:
            if not await self._is_open(connection, request_id, account_id, now):
                return False
            await connection.execute(_DECIDE, request_id, "denied", account_id, None, now)
            await connection.execute(_NOTE, "request_denied", request_id)
        return True

    async def take_pings(self, now: datetime) -> list[Ping]:
        """Up to 20 clients to tell, leased for half a minute."""
        rows = await self._db.lanes.fetch(
            "update pending_requests set ping_attempts = ping_attempts + 1, ping_at = $2 where id in ("
            " select id from pending_requests where ping_at <= $1 order by ping_at limit 20 for update skip locked)"
            " returning id, client_id, content, ping_attempts",
            now,
            now + _LEASE,
        )
        return [Ping(row["id"], row["client_id"], self._opened(row["content"]), row["ping_attempts"]) for row in rows]

    async def pinged(self, ping: Ping, now: datetime, *, taken: bool) -> None:
        """The client took it, or it is tried again later, a few times."""
        again = None if taken or ping.attempts >= PING_ATTEMPTS else now + wait_before(ping.attempts)
        await self._db.lanes.fetch("update pending_requests set ping_at = $2 where id = $1", ping.id, again)

    async def _is_open(self, connection: Connection, request_id: UUID, account_id: UUID, now: datetime) -> bool:
        """Lock the request; whether this person may answer it now."""
        row = await connection.fetchrow(_LOCK, request_id)
        # guard: eid-pending-decided-by-its-owner
        if row is None or row["account_id"] not in {None, account_id}:
            return False
        return pending.may_decide(_state(row), now)

    def _sealed(self, content: Content) -> bytes:
        return self._db.sealer.seal(msgspec.json.encode(content).decode(), CONTEXT)

    def _opened(self, sealed: bytes) -> Content:
        return msgspec.json.decode(self._db.sealer.open(sealed, CONTEXT), type=Content)

    def _waiting(self, row: Record) -> Waiting | None:
        if row is None:
            return None
        return Waiting(
            row["id"],
            row["kind"],
            row["client_id"],
            row["account_id"],
            self._opened(row["content"]),
            row["created_at"],
            row["expires_at"],
        )


def _state(row: Record) -> Pending:
    return Pending(
        row["kind"],
        row["client_id"],
        row["state"],
        row["expires_at"],
        row["interval"],
        row["polled_at"],
        row["grant_id"],
        row["redeemed"],
    )
