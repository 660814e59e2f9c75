"""Who comes to /authorize, read at once: session, account, and what this person has with the client that asks."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from eid.grants.consent import Consent
from eid.storage import consents
from eid.storage.batches import BatchedRead
from eid.storage.database import Database
from eid.storage.sessions import FOUND, Sessions, SignedIn, digest

_FIND: Final = (
    f"select asked.n, {FOUND}, b.sub, c.id as consent_id, c.client_id, c.asked, c.granted, c.given_at, c.version"  # noqa: S608
    " from unnest($1::bytea[], $2::text[], $3::text[]) with ordinality as asked (token_hash, client_id, sector, n)"
    " join sessions s on s.token_hash = asked.token_hash join accounts a on a.id = s.account_id"
    " left join subjects b on b.account_id = a.id and b.sector = asked.sector"
    f" left join lateral ({consents.LATEST}) as c on true"
    " where s.ended_at is null and a.state = 'active'"
)


class Arrival(NamedTuple):
    """A signed-in person before a client. `sub` is None until this sector meets the person for the first time."""

    signed_in: SignedIn
    consent: Consent | None
    sub: str | None


class Arrivals:
    """Reads sessions, accounts, consents and subjects; owns none of them."""

    def __init__(self, database: Database, sessions: Sessions) -> None:
        self._sessions = sessions
        self._finds = BatchedRead(database, _FIND)

    async def find(self, token: str, client_id: str, sector: str, now: datetime) -> Arrival | None:
        """The person behind a session cookie, by the same rules as `Sessions.find`."""
        row = await self._finds.one(digest(token), client_id, sector)
        signed_in = None if row is None else await self._sessions.live(row, now)
        if row is None or signed_in is None:
            return None
        consent = None if row["consent_id"] is None else consents.read(row, row["consent_id"])
        return Arrival(signed_in, consent, row["sub"])
