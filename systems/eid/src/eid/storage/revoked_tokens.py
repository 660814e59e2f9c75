"""Access tokens that ended alone, by `jti`, until they would have ended anyway (RFC 7009 2.1)."""

from __future__ import annotations

from datetime import UTC, datetime

from eid.storage.database import Database


class RevokedTokens:
    """Table revoked_tokens."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, jti: str, exp: int) -> None:
        """This token ends now; `exp` (seconds since 1970) is when it may be forgotten."""
        await self._db.pool.execute(
            "insert into revoked_tokens (jti, expires_at) values ($1, $2) on conflict do nothing",
            jti,
            datetime.fromtimestamp(exp, UTC),
        )

    async def holds(self, jti: str) -> bool:
        """Whether this token was ended."""
        found: bool = await self._db.pool.fetchval("select exists (select from revoked_tokens where jti = $1)", jti)
        return found
