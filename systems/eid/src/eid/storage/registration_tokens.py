"""Tokens of dynamic registration (RFC 7591 3, RFC 7592 3): kept as hashes, used up by the database."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from eid.storage.database import Database

INITIAL_LIFETIME: Final = timedelta(days=7)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


class RegistrationTokens:
    """Table registration_tokens."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def issue_initial(self, now: datetime) -> str:
        """An initial access token, told once: one registration within a week."""
        token = secrets.token_urlsafe(32)
        await self._db.lanes.fetch(
            "insert into registration_tokens (token_hash, expires_at) values ($1, $2)",
            _digest(token),
            now + INITIAL_LIFETIME,
        )
        return token

    async def use_initial(self, token: str, now: datetime) -> bool:
        """Use it up. False when unknown, used or over."""
        # guard: eid-initial-token-single-use
        used = await self._db.lanes.value(
            "delete from registration_tokens where token_hash = $1 and client_id is null and expires_at > $2"
            " returning true",
            _digest(token),
            now,
        )
        return bool(used)

    async def issue(self, client_id: str) -> str:
        """The client's registration_access_token, told once; the one before it ends."""
        token = secrets.token_urlsafe(32)
        await self._db.lanes.fetch(
            "insert into registration_tokens (token_hash, client_id) values ($1, $2)"
            " on conflict (client_id) do update set token_hash = excluded.token_hash, created_at = now()",
            _digest(token),
            client_id,
        )
        return token

    async def is_of(self, token: str, client_id: str) -> bool:
        """Whether this is the standing registration_access_token of this client."""
        # guard: eid-registration-token-of-its-client
        found = await self._db.lanes.value(
            "select true from registration_tokens where token_hash = $1 and client_id = $2", _digest(token), client_id
        )
        return bool(found)
