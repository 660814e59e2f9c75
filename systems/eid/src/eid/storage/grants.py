"""Grants and their codes. Who redeems a code first is decided by one UPDATE, over all processes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from eid.grants.code import digest
from eid.grants.grant import Grant
from eid.oidc.claims import Asked
from eid.storage.batches import BatchedRead, batcher, columns
from eid.storage.database import Connection, Database, Record
from wire.batching import Batcher

_COLUMNS = (
    "id, client_id, sector, account_id, session_id, sub, redirect_uri, code_challenge, scope, granted, acr, amr,"
    " auth_time, code_expires_at, nonce, checked_at, resource, dpop_jkt, claims, authorization_details"
)
DETAILS: Final = "grants.authorization_details"

_CLAIMS: Final = msgspec.json.Decoder(Asked)
OF_GRANTS: Final = ", ".join(f"grants.{name.strip()}" for name in _COLUMNS.split(","))

# One statement keeps grants and says so in the audit: neither is ever there without the other. Lists travel as words.
_GIVE = (
    f"with given as (insert into grants (code_hash, created_at, {_COLUMNS})"  # noqa: S608
    " select code_hash, created_at, id, client_id, sector, account_id, session_id, sub, redirect_uri, code_challenge,"
    " string_to_array(scope, ' '), string_to_array(granted, ' '), acr, string_to_array(amr, ' '), auth_time,"
    " code_expires_at, nonce, checked_at, string_to_array(resource, ' '), dpop_jkt, claims, authorization_details"
    " from unnest($1::bytea[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::uuid[],"
    " $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::timestamptz[],"
    " $16::timestamptz[], $17::text[], $18::timestamptz[], $19::text[], $20::text[], $21::jsonb[], $22::bytea[])"
    f" as asked (code_hash, created_at, {_COLUMNS}) returning account_id, client_id, session_id)"
    " insert into audit (event, account_id, client_id, session_id)"
    " select 'code_given', account_id, client_id, session_id from given"
)
_KEEP: Final = (
    f"insert into grants (redeemed_at, created_at, {_COLUMNS}) values"  # noqa: S608
    " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, string_to_array($11, ' '), string_to_array($12, ' '), $13,"
    " string_to_array($14, ' '), $15, $16, $17, $18, string_to_array($19, ' '), $20, $21, $22)"
)
_OF_CODE = f"select {_COLUMNS} from grants where code_hash = $1 and client_id = $2"  # noqa: S608
# guard: eid-revoked-grant-tells-nothing
STANDS: Final = (
    "grants.redeemed_at is not null and grants.revoked_at is null and a.state = 'active'"
    # guard: eid-session-ends-what-is-not-offline
    " and (s.id is null or s.ended_at is null or 'offline_access' = any(grants.scope))"
)
BEHIND: Final = "join accounts a on a.id = grants.account_id left join sessions s on s.id = grants.session_id"
_STANDING = (
    f"select asked.n, {OF_GRANTS} from unnest($1::uuid[]) with ordinality as asked (id, n)"  # noqa: S608
    f" join grants on grants.id = asked.id {BEHIND} where {STANDS}"
)
# guard: eid-code-decided-in-database
_REDEEM = (
    "with won as (update grants set redeemed_by = asked.by, redeemed_at = now()"  # noqa: S608
    " from unnest($1::bytea[], $2::text[], $3::uuid[]) as asked (code_hash, client_id, by)"
    " where grants.code_hash = asked.code_hash and grants.client_id = asked.client_id"
    f" and grants.redeemed_by is null returning redeemed_by, {OF_GRANTS}),"
    # guard: eid-redeeming-is-written-down
    " noted as (insert into audit (event, account_id, client_id, session_id)"
    " select 'code_redeemed', account_id, client_id, session_id from won)"
    " select * from won"
)


class Grants:
    """Table grants."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._redemptions: Batcher[tuple[bytes, str, UUID]] = batcher(self._redeem_many)
        self._standing = BatchedRead(database, _STANDING)
        self._gifts: Batcher[tuple[Any, ...]] = batcher(self._give_many)

    async def give(self, grant: Grant, code: str, now: datetime) -> None:
        """Keep a grant and the hash of its code, with `code_given` in the audit."""
        await self._gifts.submit((digest(code), *self._row(grant, now)))

    async def keep(self, connection: Connection, grant: Grant, now: datetime) -> None:
        """Within a transaction: keep a grant that no code stands for, because another screen asked."""
        await connection.execute(_KEEP, now, *self._row(grant, now))

    def _row(self, grant: Grant, now: datetime) -> tuple[Any, ...]:
        return (
            now,
            grant.id,
            grant.client_id,
            grant.sector,
            grant.account_id,
            grant.session_id,
            grant.sub,
            grant.redirect_uri,
            grant.code_challenge,
            " ".join(grant.scope),
            " ".join(grant.granted),
            grant.acr,
            " ".join(grant.amr),
            grant.auth_time,
            grant.code_expires_at,
            grant.nonce,
            grant.checked_at,
            " ".join(grant.resource),
            grant.dpop_jkt,
            None if grant.claims is None else msgspec.json.encode(grant.claims).decode(),
            self._db.seal(grant.authorization_details, DETAILS),
        )

    async def redeem(self, code: str, client_id: str) -> tuple[Grant, bool] | None:
        """Mark the code as used by this presentation, with `code_redeemed` in the audit.

        Returns the grant and whether this was the first;
        None for a code that nobody was given, or that another client was given (which stays unharmed).
        """
        code_hash = digest(code)
        grant: Grant | None = await self._redemptions.submit((code_hash, client_id, uuid4()))
        if grant is not None:
            return grant, True
        row = await self._db.lanes.row(_OF_CODE, code_hash, client_id)
        return None if row is None else (self.read(row), False)

    async def revoke(self, grant_id: UUID, now: datetime) -> None:
        """Everything that this grant gave ends."""
        await self._db.lanes.fetch(
            "update grants set revoked_at = coalesce(revoked_at, $2) where id = $1", grant_id, now
        )

    async def standing(self, grant_id: UUID, connection: Connection | None = None) -> Grant | None:
        """The grant behind an access token, while it, its session and its account stand."""
        if connection is None:
            row = await self._standing.one(grant_id)
        else:
            row = await connection.fetchrow(_STANDING, [grant_id])
        return None if row is None else self.read(row)

    async def _give_many(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[None]:
        await self._db.lanes.fetch(_GIVE, *columns(rows))
        return [None] * len(rows)

    async def _redeem_many(self, rows: Sequence[tuple[bytes, str, UUID]]) -> Sequence[Grant | None]:
        won = await self._db.lanes.fetch(
            _REDEEM,
            *columns(sorted(rows)),  # everybody locks in one order
        )
        winners: dict[Any, Grant] = {row["redeemed_by"]: self.read(row) for row in won}
        return [winners.get(by) for _, _, by in rows]

    def read(self, row: Record) -> Grant:
        """A grant from the columns of `OF_GRANTS`."""
        return Grant(
            id=row["id"],
            client_id=row["client_id"],
            sector=row["sector"],
            account_id=row["account_id"],
            session_id=row["session_id"],
            sub=row["sub"],
            redirect_uri=row["redirect_uri"],
            code_challenge=row["code_challenge"],
            scope=tuple(row["scope"]),
            granted=tuple(row["granted"]),
            acr=row["acr"],
            amr=tuple(row["amr"]),
            auth_time=row["auth_time"],
            code_expires_at=row["code_expires_at"],
            nonce=row["nonce"],
            checked_at=row["checked_at"],
            resource=tuple(row["resource"]),
            authorization_details=self._db.open(row["authorization_details"], DETAILS),
            dpop_jkt=row["dpop_jkt"],
            claims=None if row["claims"] is None else _CLAIMS.decode(row["claims"]),
        )
