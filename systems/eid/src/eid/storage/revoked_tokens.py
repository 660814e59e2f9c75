"""Access tokens that ended alone, by `jti`, until they would have ended anyway (RFC 7009 2.1)."""

from __future__ import annotations

from datetime import UTC, datetime

from eid.storage.batches import BatchedRead
from eid.storage.database import Database


class RevokedTokens:
    """Table revoked_tokens."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._found = BatchedRead(
            database,
            "select asked.n from unnest($1::text[]) with ordinality as asked (jti, n)"
            " join revoked_tokens r on r.jti = asked.jti",
        )

    async def add(self, jti: str, exp: int) -> None:
        """This token ends now; `exp` (seconds since 1970) is when it may be forgotten."""
        await self._db.lanes.fetch(
            "insert into revoked_tokens (jti, expires_at) values ($1, $2) on conflict do nothing",
            jti,
            datetime.fromtimestamp(exp, UTC),
        )

    async def holds(self, jti: str) -> bool:
        """Whether this token was ended."""
        return await self._found.one(jti) is not None
