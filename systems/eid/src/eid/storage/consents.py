"""What persons let clients have, kept as proof; a withdrawn one stays, marked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from eid.grants.consent import Consent
from eid.storage.batches import BatchedRead
from eid.storage.database import Database, Record

_COLUMNS = "id, account_id, client_id, asked, granted, given_at, version"


#: For a lateral join: the last yes of account `a` to client `asked.client_id` that was not withdrawn.
LATEST = (
    f"select {_COLUMNS} from consents"  # noqa: S608
    " where account_id = a.id and client_id = asked.client_id and revoked_at is null order by given_at desc limit 1"
)
_LATEST = (
    "select asked.n, c.* from unnest($1::uuid[], $2::text[]) with ordinality as asked (account_id, client_id, n)"  # noqa: S608
    f" join accounts a on a.id = asked.account_id cross join lateral ({LATEST}) as c"
)
_GIVE = (
    "with given as (insert into consents (id, account_id, client_id, asked, granted, given_at, version)"
    " values ($1, $2, $3, $4, $5, $6, $7)),"
    " here as (update interactions set consent_id = $1 where id = $8)"
    " insert into audit (event, account_id, client_id, session_id)"
    " values ('consent_given', $2::uuid, $3::text, $9::uuid)"
)
_GET = f"select {_COLUMNS} from consents where id = $1 and revoked_at is null"  # noqa: S608
_STANDING = (
    f"select distinct on (client_id) {_COLUMNS} from consents"  # noqa: S608
    " where account_id = $1 and revoked_at is null order by client_id, given_at desc"
)


class Consents:
    """Table consents."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._latest = BatchedRead(database, _LATEST)

    async def give(self, consent: Consent, interaction_id: str, session_id: UUID) -> None:
        """Keep a yes, that it was said in this interaction, and say so in the audit."""
        await self._db.lanes.fetch(
            _GIVE,
            consent.id,
            consent.account_id,
            consent.client_id,
            list(consent.asked),
            list(consent.granted),
            consent.given_at,
            consent.version,
            interaction_id,
            session_id,
        )

    async def latest(self, account_id: UUID, client_id: str) -> Consent | None:
        """The last yes to this client that was not withdrawn."""
        row = await self._latest.one(account_id, client_id)
        return None if row is None else read(row, row["id"])

    async def get(self, consent_id: UUID) -> Consent | None:
        """The yes of one interaction, unless withdrawn."""
        row = await self._db.lanes.row(_GET, consent_id)
        return None if row is None else read(row, row["id"])

    async def standing(self, account_id: UUID) -> list[Consent]:
        """The last yes to each client, latest first."""
        rows = await self._db.lanes.fetch(_STANDING, account_id)
        return sorted((read(row, row["id"]) for row in rows), key=lambda consent: consent.given_at, reverse=True)

    async def revoke(self, account_id: UUID, client_id: str, now: datetime) -> bool:
        """Withdraw every yes to a client, and what it had been given with them."""
        async with self._db.transaction() as connection:
            done = await connection.fetch(
                "update consents set revoked_at = $3 where account_id = $1 and client_id = $2 and revoked_at is null"
                " returning id",
                account_id,
                client_id,
                now,
            )
            await connection.execute(
                "update grants set revoked_at = $3 where account_id = $1 and client_id = $2 and revoked_at is null",
                account_id,
                client_id,
                now,
            )
        return bool(done)


def read(row: Record, consent_id: UUID) -> Consent:
    """A consent from its columns; beside others its id may have another name."""
    return Consent(
        consent_id,
        row["account_id"],
        row["client_id"],
        tuple(row["asked"]),
        tuple(row["granted"]),
        row["given_at"],
        row["version"],
    )
