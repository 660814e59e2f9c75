"""What userinfo tells: one statement reads the grant and the person, and writes down that they were told.

Neither is ever there without the other: nothing leaves before its audit row is durable.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from eid.grants.grant import Grant
from eid.storage.accounts import PERSONAL, Accounts, Person
from eid.storage.batches import batcher, columns
from eid.storage.database import Database
from eid.storage.grants import BEHIND, OF_GRANTS, STANDS, Grants
from wire.batching import Batcher

# guard: eid-telling-is-written-down
_TELL: Final = (
    f"with told as materialized (select asked.n, asked.withheld, {OF_GRANTS}, {PERSONAL}"  # noqa: S608
    " from unnest($1::uuid[], $2::text[]) with ordinality as asked (grant_id, withheld, n)"
    f" join grants on grants.id = asked.grant_id {BEHIND} where {STANDS}),"
    " noted as (insert into audit (event, account_id, client_id, session_id, detail)"
    " select 'told', account_id, client_id, session_id, jsonb_build_object('items', to_jsonb(array("
    "select item from unnest(granted) as item where item <> all(string_to_array(withheld, ' '))))) from told)"
    " select * from told"
)


class Told(NamedTuple):
    """A grant that stands, and the person whom it is about."""

    grant: Grant
    person: Person


class Tellings:
    """Reads grants and accounts, writes the audit."""

    def __init__(self, database: Database, grants: Grants, accounts: Accounts) -> None:
        self._db = database
        self._grants = grants
        self._accounts = accounts
        self._asked: Batcher[tuple[UUID, str]] = batcher(self._tell_many)

    async def tell(self, grant_id: UUID, withheld: Sequence[str]) -> Told | None:
        """The grant and its person, noted as told but for the `withheld` items; None when the grant does not stand."""
        row = await self._asked.submit((grant_id, " ".join(withheld)))
        return None if row is None else Told(self._grants.read(row), self._accounts.read(row))

    async def _tell_many(self, rows: Sequence[tuple[UUID, str]]) -> Sequence[Any]:
        found = {row["n"]: row for row in await self._db.lanes.fetch(_TELL, *columns(rows))}
        return [found.get(number) for number in range(1, len(rows) + 1)]
