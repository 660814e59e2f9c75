"""Who asked for whom: written before the answer leaves, chained by the database batch by batch, never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kernel import country_time
from population.disclosure.alarms import PIECE_SECONDS, WINDOW_MINUTES, Calls, Pattern
from population.storage import access_log_people
from population.storage.access_log_people import People
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
    people: People | None = None

    def refused(self, word: str) -> "Entry":
        """The entry of the same call, not answered."""
        return replace(self, outcome=word.upper(), result_shown=False, people=None)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a batch adds to the limits of a day: by scope and key the new count and the cap."""

    day: date
    moved: Mapping[tuple[str, bytes], tuple[int, int]]


_COLUMNS = (
    "request_id, client_id, purpose, procedure_code, reference, on_behalf_of, what, outcome, result_shown,"
    " subject_index, fields, people_hash"
)
# A list of lists cannot cross as an array (its rows would have to be of one length): fields travel joined.
_INSERT = (
    "with counted as ("  # noqa: S608
    " insert into quota (day, scope, key, used, cap)"
    " select $14, scope, key, used, cap"
    " from unnest($15::text[], $16::bytea[], $17::int[], $18::int[]) moved (scope, key, used, cap)"
    " on conflict (day, scope, key) do update set used = excluded.used, cap = excluded.cap)"
    f" insert into access_log (id, at, {_COLUMNS})"
    " select $1 + position, greatest(clock_timestamp(), $2), request_id, client_id, purpose, procedure_code,"
    " reference, on_behalf_of, what, outcome, result_shown, subject_index, string_to_array(fields, ','), people_hash"
    " from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],"
    " $11::bool[], $12::bytea[], $13::text[], $19::bytea[]) with ordinality as given"
    " (request_id, client_id, purpose, procedure_code, reference, on_behalf_of, what, outcome, result_shown,"
    " subject_index, fields, people_hash, position)"
)


async def append(connection: Connection, after: tuple[int, datetime], entries: Sequence[Entry], counts: Counts) -> None:
    """Write a batch behind ``after``, the newest id and time, and its counts, in a transaction that holds the chain."""
    columns = zip(
        *(
            (
                e.request_id,
                e.client_id,
                e.purpose,
                e.procedure_code,
                e.reference,
                e.on_behalf_of,
                e.what,
                e.outcome,
                e.result_shown,
                e.subject_index,
                ",".join(e.fields),
            )
            for e in entries
        ),
        strict=True,
    )
    await connection.execute(
        _INSERT,
        after[0],
        after[1],
        *map(list, columns),
        counts.day,
        [scope for scope, _ in counts.moved],
        [key for _, key in counts.moved],
        [used for used, _ in counts.moved.values()],
        [cap for _, cap in counts.moved.values()],
        [e.people.hash if e.people else None for e in entries],
    )
    for position, entry in enumerate(entries, start=1):
        if entry.people:
            await access_log_people.append(connection, after[0] + position, entry.people)


#: Not those that were refused before the register was asked (no live reference, no such purpose or field), nor what an
#: order of secrecy covers until it is over: such a read is in the log like every other.
# guard: npd-secret-reads-wait-for-the-end
_SHOWN = (
    " purpose <> 'owner_view' and outcome not in ('UNKNOWN_REFERENCE', 'PURPOSE_NOT_ALLOWED', 'FIELD_NOT_GRANTED')"
    " and not exists (select from secrecy_order o where o.number_index = $1 and o.client_id = e.client_id"
    "  and o.approved_at <= e.at and o.ended_at is null and o.until >= $4)"
)
_FIRST_ENTRY = 2**62


async def history(
    database: Database, subject_index: bytes, most: int, before: int = _FIRST_ENTRY
) -> list[dict[str, Any]]:
    """The newest accesses of one person that somebody else made, alone or among many; ``before`` an entry.

    Five years back: what is older is gone.
    """
    today = country_time.today()
    rows = await database.pool.fetch(
        "select e.id, e.at, e.client_id, e.purpose, e.what, e.fields, e.result_shown from access_log e"  # noqa: S608
        f" where e.subject_index = $1 and e.id < $3 and {_SHOWN} order by e.id desc limit $2",
        subject_index,
        most,
        before,
        today,
    )
    among = await access_log_people.history(database, subject_index, most, (before, today), _SHOWN)
    found = [dict(row) for row in rows] + among
    return sorted(found, key=lambda entry: -int(entry["id"]))[:most]


async def newest_id(database: Database) -> int:
    """The id of the newest entry, 0 for an empty log."""
    return int(await database.pool.fetchval("select last_id from access_chain"))


async def begin_of_window(database: Database) -> int:
    """The entry behind which the window of the alarms begins."""
    first = await database.pool.fetchval(
        "select min(id) from access_log where at > now() - make_interval(mins => $1)", WINDOW_MINUTES
    )
    return int(first) - 1 if first is not None else await newest_id(database)


async def calls_between(database: Database, after: int, until: int) -> list[Calls]:
    """What each client did in the entries behind ``after``, up to ``until``."""
    rows = await database.pool.fetch(
        "select client_id, floor(extract(epoch from at) / $3)::bigint as piece, count(*)::int as calls,"
        " (count(*) filter (where outcome = 'NO_MATCH' and purpose = 'account_match'))::int as misses"
        " from access_log where id > $1 and id <= $2 group by 1, 2",
        after,
        until,
        PIECE_SECONDS,
    )
    return [Calls(**row) for row in rows]


async def numbers_of_many(database: Database, after: int, until: int) -> list[Pattern]:
    """How many clients asked in a day for each number that an unproven person was tried with in these entries."""
    rows = await database.pool.fetch(
        "select e.subject_index, count(distinct e.client_id)::int as count from access_log e"
        " where e.subject_index in (select subject_index from access_log where id > $1 and id <= $2"
        "  and purpose = 'account_match' and subject_index is not null)"
        " and e.at > now() - interval '1 day' and e.purpose = 'account_match' group by e.subject_index",
        after,
        until,
    )
    return [Pattern("clients", row["subject_index"], None, row["count"]) for row in rows]


async def purge(database: Database) -> int:
    """Remove batches that were kept for five years, whole; the database refuses younger ones."""
    async with database.transaction() as connection:
        last = await connection.fetchval(
            "with gone as (delete from access_batch where at < now() - interval '5 years' returning last_id)"
            " select max(last_id) from gone"
        )
        if last is None:
            return 0
        done: str = await connection.execute("delete from access_log where id <= $1", last)
        await connection.execute("delete from access_log_people where entry <= $1", last)
    return int(done.rsplit(maxsplit=1)[-1])
