"""The code that an interaction waits for: one row each, which changes only as it was read."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from eid.authenticators import one_time_code
from eid.authenticators.one_time_code import Challenge, Verdict
from eid.storage.database import Database

# guard: eid-otp-resend-waits
_PUT: Final = (
    "insert into one_time_codes (interaction_id, mac, sent_at) values ($1, $2, $3)"
    " on conflict (interaction_id) do update"
    " set mac = excluded.mac, sent_at = excluded.sent_at, tries = 0, used = false"
    " where one_time_codes.sent_at <= $4 returning true"
)
_PROVEN: Final = "with proven as (update interactions set account_id = $5, password_at = $3 where id = $1) "


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
        return bool(await self._db.lanes.value(_PUT, interaction_id, challenge.mac, challenge.sent_at, not_after))

    async def put_after_password(
        self, interaction_id: str, account_id: UUID, challenge: Challenge, *, not_after: datetime
    ) -> bool:
        """The same, for the account whose password was right just now, whether or not a new code is kept."""
        return bool(
            await self._db.lanes.value(
                _PROVEN + _PUT, interaction_id, challenge.mac, challenge.sent_at, not_after, account_id
            )
        )

    async def withdraw(self, interaction_id: str) -> None:
        """The message could not be sent: nothing is waited for."""
        await self._db.lanes.fetch("delete from one_time_codes where interaction_id = $1", interaction_id)

    async def attempt(self, interaction_id: str, typed: bytes, now: datetime) -> tuple[Verdict, Challenge] | None:
        """Judge one try; counted before the answer is known to anybody, however many come at once.

        A verdict holds only for the code as it stood when it was judged: when another try, or a new code, came
        between, this one is judged again.
        """
        while True:
            before = await self.find(interaction_id)
            if before is None:
                return None
            verdict, after = one_time_code.judge(before, typed, now)
            # guard: eid-otp-judged-as-it-stands
            counted = after == before or await self._db.lanes.value(
                "update one_time_codes set tries = $2, used = $3 where interaction_id = $1"
                " and mac = $4 and sent_at = $5 and tries = $6 and used = $7 returning true",
                interaction_id,
                after.tries,
                after.used,
                *(before.mac, before.sent_at, before.tries, before.used),
            )
            if counted:
                return verdict, after
