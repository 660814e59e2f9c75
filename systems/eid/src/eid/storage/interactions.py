"""What happens between /authorize and the code, for one browser: how far the person has come."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from eid.grants.authorization_request import AuthorizationRequest
from eid.storage.database import Database, Record

LIFETIME: Final = timedelta(minutes=30)
CONTEXT: Final = "interactions.request"


class Interaction(msgspec.Struct, frozen=True):
    """One interaction. `request` is None when the owner signs in to the account page itself.

    `account_id` and `password_at`: whose password was right, when; `session_id`: the session that the login of
    this very interaction made or renewed; `consent_id`: the yes given here. `pending_id`: the request of another
    screen that is answered here (grants/pending.py); `return_to`: the page of ours that asked for the sign-in.
    """

    id: str
    created_at: datetime
    request: AuthorizationRequest | None = None
    account_id: UUID | None = None
    password_at: datetime | None = None
    session_id: UUID | None = None
    consent_id: UUID | None = None
    finished_at: datetime | None = None
    pending_id: UUID | None = None
    return_to: str | None = None


class Interactions:
    """Table interactions. Every read names the browser: another browser's interaction does not exist for it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def begin(
        self,
        browser_hash: bytes,
        request: AuthorizationRequest | None,
        request_uri_hash: bytes | None,
        now: datetime,
        *,
        pending_id: UUID | None = None,
        return_to: str | None = None,
    ) -> Interaction:
        """Start one for this browser."""
        made = Interaction(secrets.token_urlsafe(16), now, request, pending_id=pending_id, return_to=return_to)
        sealed = None
        if request is not None:
            sealed = self._db.sealer.seal(msgspec.json.encode(request).decode(), CONTEXT)
        await self._db.lanes.fetch(
            "insert into interactions"
            " (id, browser_hash, client_id, request, request_uri_hash, created_at, pending_id, return_to)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8)",
            made.id,
            browser_hash,
            None if request is None else request.client_id,
            sealed,
            request_uri_hash,
            now,
            pending_id,
            return_to,
        )
        return made

    async def find(self, interaction_id: str, browser_hash: bytes, now: datetime) -> Interaction | None:
        """This browser's interaction, neither finished nor older than half an hour."""
        # guard: eid-interaction-bound-to-browser
        row = await self._db.lanes.row(
            "select * from interactions where id = $1 and browser_hash = $2"
            " and finished_at is null and created_at > $3",
            interaction_id,
            browser_hash,
            now - LIFETIME,
        )
        return None if row is None else self._interaction(row)

    async def find_by_request_uri(self, request_uri_hash: bytes, browser_hash: bytes, now: datetime) -> str | None:
        """The id of the open interaction that this browser began with a request_uri (a reloaded /authorize)."""
        found: str | None = await self._db.lanes.value(
            "select id from interactions where request_uri_hash = $1 and browser_hash = $2"
            " and finished_at is null and created_at > $3",
            request_uri_hash,
            browser_hash,
            now - LIFETIME,
        )
        return found

    async def password_was_right(self, interaction_id: str, account_id: UUID, now: datetime) -> None:
        """The first factor is proven for this account."""
        await self._db.lanes.fetch(
            "update interactions set account_id = $2, password_at = $3 where id = $1", interaction_id, account_id, now
        )

    async def finish(self, interaction_id: str, now: datetime) -> bool:
        """Close it. False when it was closed before: whoever closes it may answer the client, nobody else."""
        # guard: eid-interaction-answers-once
        done = await self._db.lanes.value(
            "update interactions set finished_at = $2 where id = $1 and finished_at is null returning true",
            interaction_id,
            now,
        )
        return bool(done)

    def _interaction(self, row: Record) -> Interaction:
        request = None
        if row["request"] is not None:
            opened = self._db.sealer.open(row["request"], CONTEXT)
            request = msgspec.json.decode(opened, type=AuthorizationRequest)
        return Interaction(
            row["id"],
            row["created_at"],
            request,
            row["account_id"],
            row["password_at"],
            row["session_id"],
            row["consent_id"],
            row["finished_at"],
            row["pending_id"],
            row["return_to"],
        )
