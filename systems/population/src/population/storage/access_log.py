"""Who asked for whom: appended in the transaction of the call, chained by the database, never changed."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from population.disclosure.alarms import WINDOW_MINUTES, Pattern
from population.storage.database import Connection, Database


@dataclass(frozen=True, slots=True)
class Entry:
    """One access. Holds no number and no name: ``subject_index`` is a blind index, ``reference`` a UUID or a code."""

    request_id: UUID
    client_id: str
    purpose: str
    procedure_code: str | None
    reference: str
    on_behalf_of: str | None
    what: str
    outcome: str
    result_shown: bool
    subject_index: bytes | None
    fields: tuple[str, ...] = field(default=())


async def append(connection: Connection, entry: Entry) -> None:
    """Write the entry. The last statement of a call's transaction: it takes the lock of the chain."""
    await connection.execute(
        "insert into access_log (request_id, client_id, purpose, procedure_code, reference, on_behalf_of, what, fields,"
        " outcome, result_shown, subject_index) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        entry.request_id,
        entry.client_id,
        entry.purpose,
        entry.procedure_code,
        entry.reference,
        entry.on_behalf_of,
        entry.what,
        list(entry.fields),
        entry.outcome,
        entry.result_shown,
        entry.subject_index,
    )


async def history(connection: Connection, subject_index: bytes, most: int) -> list[dict[str, Any]]:
    """The newest accesses of one person that somebody else made.

    Not those that were refused before the register was asked (no live reference, no such purpose or field).
    """
    rows = await connection.fetch(
        "select at, client_id, purpose, what, fields, result_shown from access_log"
        " where subject_index = $1 and purpose <> 'owner_view'"
        " and outcome not in ('UNKNOWN_REFERENCE', 'PURPOSE_NOT_ALLOWED', 'FIELD_NOT_GRANTED')"
        " order by id desc limit $2",
        subject_index,
        most,
    )
    return [dict(row) for row in rows]


async def first_break(database: Database) -> int | None:
    """The id of the first entry that was changed, or follows a removed one; None while the chain holds."""
    broken: int | None = await database.pool.fetchval(
        "select min((t.entry).id) from (select entry, lag(entry.hash) over (order by entry.id) as before"
        " from access_log entry) t where (t.entry).hash <> access_entry_hash(t.entry)"
        " or t.before <> (t.entry).prev_hash"
    )
    if broken is not None:
        return broken
    return await database.pool.fetchval(  # type: ignore[no-any-return]
        "select last_id from access_chain where last_id > 0 and hash is distinct from"
        " (select hash from access_log order by id desc limit 1)"
    )


async def newest_id(database: Database) -> int:
    """The id of the newest entry, 0 for an empty log."""
    return int(await database.pool.fetchval("select last_id from access_chain"))


async def patterns(database: Database) -> list[Pattern]:
    """What the rules of `disclosure.alarms` judge: counts of the last minutes, and of a day for numbers."""
    rows = await database.pool.fetch(
        "select 'no_match' as kind, convert_to(client_id, 'UTF8') as key, client_id, count(*)::int as count"
        " from access_log where at > now() - make_interval(mins => $1) and outcome = 'NO_MATCH'"
        " and purpose = 'account_match' group by client_id"
        " union all select 'burst', convert_to(client_id, 'UTF8'), client_id, count(*)::int"
        " from access_log where at > now() - make_interval(mins => $1) group by client_id"
        " union all select 'clients', subject_index, null, count(distinct client_id)::int"
        " from access_log where at > now() - interval '1 day' and purpose = 'account_match'"
        " and subject_index is not null group by subject_index",
        WINDOW_MINUTES,
    )
    return [Pattern(row["kind"], row["key"], row["client_id"], row["count"]) for row in rows]


async def purge(database: Database) -> int:
    """Remove entries that were kept for five years; the database refuses younger ones."""
    done: str = await database.pool.execute("delete from access_log where at < now() - interval '5 years'")
    return int(done.rsplit(maxsplit=1)[-1])
