"""Refresh token families: one row per grant; who moves it on is decided by one UPDATE, over all processes.

The hot path is one batched statement: it finds the family, the grant, the account and the session behind it, moves
the family on, writes the audit and returns the grant. Only who was not let through is looked at again, to tell a
lost answer from a stolen token.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from eid.grants import refresh
from eid.grants.grant import Grant
from eid.grants.refresh import Family, Outcome, Presented
from eid.storage.batches import batcher
from eid.storage.database import Database, Record
from eid.storage.grants import BEHIND, OF_GRANTS, STANDS, Grants
from wire.batching import Batcher

_FAMILY = (
    "f.grant_id, f.client_id, f.bound_key, f.rotates, f.generation, f.expires_at, f.used_at, f.rotated_at,"
    " f.rotated_key, f.proven, grants.revoked_at is not null as revoked"
)
# guard: eid-refresh-decided-in-database
_USE = (
    "with used as (update refresh_families f set generation = f.generation + f.rotates::int, used_at = $6,"  # noqa: S608
    " rotated_at = case when f.rotates then $6 else f.rotated_at end, rotated_key = asked.key, proven = asked.proven"
    " from unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $7::bool[], $9::text[], $10::text[])"
    " as asked (by, grant_id, generation, client_id, key, proven, scope, resource)"
    " join grants on grants.id = asked.grant_id"
    f" {BEHIND}"
    " where f.grant_id = asked.grant_id and f.client_id = asked.client_id and f.generation = asked.generation"
    " and (f.bound_key is null or f.bound_key = asked.key) and f.expires_at > $6 and f.used_at > $8"
    " and string_to_array(asked.scope, ' ') <@ grants.scope and string_to_array(asked.resource, ' ') <@ grants.resource"
    f" and {STANDS} returning asked.by, f.generation as next_generation, f.rotates, {OF_GRANTS}),"
    " noted as (insert into audit (event, account_id, client_id, session_id)"
    " select 'tokens_refreshed', account_id, client_id, session_id from used)"
    " select * from used"
)
_LOOK = (
    f"select {_FAMILY}, {OF_GRANTS} from refresh_families f join grants on grants.id = f.grant_id"  # noqa: S608
    " where f.grant_id = $1"
)
_FIND = (
    f"select {_FAMILY} from refresh_families f join grants on grants.id = f.grant_id"  # noqa: S608
    f" {BEHIND} where f.grant_id = $1 and {STANDS}"
)


class Used(NamedTuple):
    """What a presentation came to; `grant` and the number of the token to hand out when there are tokens."""

    outcome: Outcome
    grant: Grant
    generation: int


class _Asked(NamedTuple):
    by: UUID
    presented: Presented
    scope: str
    resource: str
    proven: bool
    now: datetime


class RefreshFamilies:
    """Table refresh_families."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._grants = Grants(database)
        self._begins: Batcher[Family] = batcher(self._begin_many)
        self._uses: Batcher[_Asked] = batcher(self._use_many)

    async def begin(self, family: Family) -> None:
        """Keep the family of a grant that just gave its first tokens."""
        await self._begins.submit(family)

    async def use(self, presented: Presented, *, scope: str, resource: str, proven: bool, now: datetime) -> Used | None:
        """Present a token. `scope` and `resource`: space separated, what is asked for now, empty for all.

        `proven`: by an authenticated client or with a key. None: there is no such family.
        """
        moved: Used | None = await self._uses.submit(_Asked(uuid4(), presented, scope, resource, proven, now))
        if moved is not None:
            return moved
        row = await self._db.lanes.row(_LOOK, presented.grant_id)
        if row is None:
            return None
        family = family_of(row)
        return Used(refresh.judge(family, presented, moved=False, now=now), self._grants.read(row), family.generation)

    async def find(self, grant_id: UUID) -> Family | None:
        """The family of a grant that stands: for introspection."""
        row = await self._db.lanes.row(_FIND, grant_id)
        return None if row is None else family_of(row)

    async def _begin_many(self, families: Sequence[Family]) -> Sequence[None]:
        await self._db.lanes.fetch(
            "insert into refresh_families (grant_id, client_id, bound_key, rotates, expires_at, used_at)"
            " select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bool[], $5::timestamptz[],"
            " $6::timestamptz[])",
            [family.grant_id for family in families],
            [family.client_id for family in families],
            [family.bound_key for family in families],
            [family.rotates for family in families],
            [family.expires_at for family in families],
            [family.used_at for family in families],
        )
        return [None] * len(families)

    async def _use_many(self, rows: Sequence[_Asked]) -> Sequence[Used | None]:
        ordered = sorted(rows, key=lambda row: row.presented.grant_id)  # everybody locks in one order
        now = max(row.now for row in rows)
        won = await self._db.lanes.fetch(
            _USE,
            [row.by for row in ordered],
            [row.presented.grant_id for row in ordered],
            [row.presented.generation for row in ordered],
            [row.presented.client_id for row in ordered],
            [row.presented.key for row in ordered],
            now,
            [row.proven for row in ordered],
            now - refresh.IDLE,
            [row.scope for row in ordered],
            [row.resource for row in ordered],
        )
        used = {row["by"]: Used(Outcome.REFRESHED, self._grants.read(row), row["next_generation"]) for row in won}
        # An UPDATE takes each row once: without rotation, equal presentations of one batch share its answer.
        stays = {row["by"] for row in won if not row["rotates"]}
        shared = {row[1:4]: used[row.by] for row in rows if row.by in stays}
        return [used.get(row.by) or shared.get(row[1:4]) for row in rows]


def family_of(row: Record) -> Family:
    """A Family from the columns of `_FAMILY`."""
    return Family(
        row["grant_id"],
        row["client_id"],
        row["bound_key"],
        row["rotates"],
        row["generation"],
        row["expires_at"],
        row["used_at"],
        row["rotated_at"],
        row["rotated_key"],
        row["proven"],
        row["revoked"],
    )
