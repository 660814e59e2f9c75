"""The code that an interaction waits for: one row each, judged under a row lock."""

from __future__ import annotations

from datetime import datetime

from eid.authenticators import one_time_code
from eid.authenticators.one_time_code import Challenge, Verdict
from eid.storage.database import Database


class OneTimeCodes:
    """Table one_time_codes."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def find(self, interaction_id: str) -> Challenge | None:
        """The code that was sent last."""
        row = await self._db.lanes.row(
            "select mac, sent_at, tries, used from one_time_codes where interaction_id = $1", interaction_id
        )
        return None if row is None else Challenge(*row.values())

    async def put(self, interaction_id: str, challenge: Challenge, *, not_after: datetime) -> bool:
        """Keep a new code in place of the old one, unless the old one was sent after `not_after`.

        False when two asked at once and the other came first.
        """
        # guard: eid-otp-resend-waits
        kept = await self._db.lanes.value(
            "insert into one_time_codes (interaction_id, mac, sent_at) values ($1, $2, $3)"
            " on conflict (interaction_id) do update"
            " set mac = excluded.mac, sent_at = excluded.sent_at, tries = 0, used = false"
            " where one_time_codes.sent_at <= $4 returning true",
            interaction_id,
            challenge.mac,
            challenge.sent_at,
            not_after,
        )
        return bool(kept)

    async def withdraw(self, interaction_id: str) -> None:
        """The message could not be sent: nothing is waited for."""
        await self._db.lanes.fetch("delete from one_time_codes where interaction_id = $1", interaction_id)

    async def attempt(self, interaction_id: str, typed: bytes, now: datetime) -> tuple[Verdict, Challenge] | None:
        """Judge one try; counted before the answer is known to anybody, however many come at once."""
        async with self._db.transaction() as connection:
            row = await connection.fetchrow(
                "select mac, sent_at, tries, used from one_time_codes where interaction_id = $1 for update",
                interaction_id,
            )
            if row is None:
                return None
            verdict, challenge = one_time_code.judge(Challenge(*row.values()), typed, now)
            await connection.execute(
                "update one_time_codes set tries = $2, used = $3 where interaction_id = $1",
                interaction_id,
                challenge.tries,
                challenge.used,
            )
        return verdict, challenge
