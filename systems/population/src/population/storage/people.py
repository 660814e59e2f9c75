"""Records of people: found by the blind index of the number, opened here and nowhere else."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any

import msgspec

from kernel import vietnamese_names
from kernel.partial_date import PartialDate
from population.disclosure.bulk import STATES
from population.households.judgement import Membership
from population.people.changes import Change, between
from population.people.import_rows import ImportRow
from population.people.record import Found, Record, State
from population.storage import feed
from population.storage.database import Connection, Database, Row

_CONTEXT = "person.record"
_decoder = msgspec.json.Decoder(Record)
_COLUMNS = (
    "number_index",
    "legacy_index",
    "household_index",
    "record",
    "state",
    "state_since",
    "merged_into",
    "fingerprint",
    "match_key",
)


def open_row(database: Database, row: Row) -> Found:
    """The record in a row. Raises SealBroken."""
    record = _decoder.decode(database.sealer.open(row["record"], _CONTEXT))
    return Found(record, row["state"])


def decoy(database: Database, found: Found) -> dict[str, Any]:
    """A row as the table gives it, for a record that is not in it."""
    sealed = database.sealer.seal(msgspec.json.encode(found.record).decode(), _CONTEXT)
    return {"record": sealed, "state": found.state}


async def rows(connection: Connection, number_indexes: Sequence[bytes]) -> dict[bytes, Row]:
    """The rows of several numbers, as `open_row` takes them, by index; one statement, whoever has a record."""
    found = await connection.fetch(
        "select person.number_index, record, state from unnest($1::bytea[]) asked (number_index)"
        " join person on person.number_index = asked.number_index",
        number_indexes,
    )
    return {row["number_index"]: row for row in found}


PARTS = 16
# The keys travel end to end in one value: an array of them costs more on both sides than the look-up itself.
_BULK = [
    "select array_agg((n - 1) * 8 + (array_position($3::text[], person.state) - 1) * 2"  # noqa: S608
    " + (person.match_key is not distinct from substring($2::bytea, n * 16 - 15, 16))::int)"
    " from generate_series(1, length($1::bytea) / 32) n"
    f" join person_{part:x} person on person.number_index = substring($1::bytea, n * 32 - 31, 32)"
    for part in range(PARTS)
]


async def bulk_states(
    connection: Connection, part: int, number_indexes: Sequence[bytes], match_keys: Sequence[bytes]
) -> list[int]:
    """For the numbers of one part (the first hexadecimal digit of the index) that have a record: position (from bit 3
    on), position of the state in `STATES` (bits 2 and 1), whether the whole key agrees (bit 0). Answered from the
    index, no record is opened."""
    found = await connection.fetchval(_BULK[part], b"".join(number_indexes), b"".join(match_keys), list(STATES))
    return found or []


async def by_legacy_id9(database: Database, legacy_id9: str) -> dict[bytes, Found]:
    """Everybody who has had this 9-digit number, by the index of the number of now; at most a hundred."""
    rows = await database.pool.fetch(
        "select number_index, record, state from person where legacy_index = $1 order by number_index limit 100",
        database.legacy_index(legacy_id9),
    )
    return {row["number_index"]: open_row(database, row) for row in rows}


async def household(database: Database, household: str) -> list[Record]:
    """The living members of a household."""
    rows = await database.pool.fetch(
        "select record, state from person where household_index = $1 and state = 'live'",
        database.household_index(household),
    )
    return [open_row(database, row).record for row in rows]


async def memberships(database: Database, number_indexes: Sequence[bytes]) -> dict[bytes, Membership]:
    """The living persons behind numbers, merged numbers followed once, by the index that was asked for."""
    rows = await database.pool.fetch(
        "select asked.number_index as asked, live.number_index, live.household_index"
        " from person asked join person live on live.number_index = coalesce(asked.merged_into, asked.number_index)"
        " where asked.number_index = any($1) and live.state = 'live'",
        list(number_indexes),
    )
    return {row["asked"]: Membership(row["number_index"], row["household_index"]) for row in rows}


def _import_tuple(database: Database, row: ImportRow) -> tuple[Any, ...]:
    sealer, record = database.sealer, row.record
    return (
        database.number_index(record.personal_id),
        database.legacy_index(record.legacy_id9) if record.legacy_id9 else None,
        database.household_index(record.household) if record.household else None,
        sealer.seal(msgspec.json.encode(record).decode(), _CONTEXT),
        row.state,
        row.state_since,
        database.number_index(row.merged_into) if row.merged_into else None,
        sealer.blind(row.text, "person.fingerprint"),
        database.match_key(
            record.personal_id,
            vietnamese_names.canonical(record.full_name),
            str(PartialDate.parse(record.birth_date)),
        ),
    )


async def put(database: Database, connection: Connection, rows: Sequence[ImportRow]) -> int:
    """Keep a batch (COPY, then one merge), and tell the change feed. Rows that say what they said before change
    nothing; returns how many others there are. The last of several rows with one number counts.
    """
    unique = {row.record.personal_id: row for row in rows}
    await _bring(database, connection, unique)
    await feed.write(database, connection, await _changes(database, connection, unique))
    return await _merge(connection)


async def _bring(database: Database, connection: Connection, unique: dict[str, ImportRow]) -> None:
    await connection.execute(
        "create temporary table if not exists incoming (like person including defaults) on commit drop"
    )
    await connection.execute("truncate incoming")
    await connection.copy_records_to_table(
        "incoming", records=[_import_tuple(database, row) for row in unique.values()], columns=_COLUMNS
    )


async def _merge(connection: Connection) -> int:
    columns = ", ".join(_COLUMNS)
    changes = ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[1:])
    done: str = await connection.execute(
        f"insert into person ({columns}) select {columns} from incoming order by number_index"  # noqa: S608
        f" on conflict (number_index) do update set {changes}, changed_at = now()"
        " where person.fingerprint <> excluded.fingerprint"
    )
    return int(done.rsplit(maxsplit=1)[-1])


async def renumber(database: Database, connection: Connection, old: str, new: str, *, since: date) -> bool:
    """Give the person behind ``old`` another number; the old one stays as an alias that leads there. Tells the feed.

    False where ``old`` has no living record, or ``new`` is somebody's already.
    """
    before = await locked(database, connection, old)
    if before is None or before.state != "live" or await locked(database, connection, new) is not None:
        return False
    record = msgspec.structs.replace(before.record, personal_id=new)
    row = ImportRow(record, "live", None, None, msgspec.json.encode(record).decode())
    await _bring(database, connection, {new: row})
    await _merge(connection)
    await _write_state(database, connection, old, "merged", since=since, merged_into=new)
    await feed.write(database, connection, [Change("number-changed", old, {"new_personal_id": new})])
    return True


async def _changes(database: Database, connection: Connection, incoming: dict[str, ImportRow]) -> list[Change]:
    """What a batch, copied but not merged yet, has to tell."""
    if not await connection.fetchval("select exists (select from subscriber)"):
        return []
    by_index = {database.number_index(number): row for number, row in incoming.items()}
    found = await connection.fetch(
        "select i.number_index, p.record, p.state from incoming i left join person p on p.number_index = i.number_index"
        " where p.fingerprint is distinct from i.fingerprint order by i.number_index"
    )
    told: list[Change] = []
    for one in found:
        row = by_index[one["number_index"]]
        before = None if one["record"] is None else open_row(database, one)
        told += between(before, Found(row.record, row.state), row.merged_into)
    return told


async def copy(database: Database, connection: Connection, rows: Sequence[ImportRow]) -> int:
    """Keep a batch of people of whom none is there: COPY into the table itself."""
    await connection.copy_records_to_table(
        "person", records=[_import_tuple(database, row) for row in rows], columns=_COLUMNS
    )
    return len(rows)


async def export(database: Database) -> AsyncIterator[bytes]:
    """Every record as the line of JSON that an import takes, in no order that means anything; memory stays bounded."""
    async with database.transaction() as connection:
        rows = connection.cursor(
            "select p.record, p.state, p.state_since, into_.record as into_record from person p"
            " left join person into_ on into_.number_index = p.merged_into order by p.number_index",
            prefetch=1_000,
        )
        async for row in rows:
            found = open_row(database, row)
            line = msgspec.structs.asdict(found.record) | {"state": row["state"], "state_since": row["state_since"]}
            line["merged_into"] = None
            if row["into_record"] is not None:
                line["merged_into"] = open_row(
                    database, {"record": row["into_record"], "state": "live"}
                ).record.personal_id
            yield msgspec.json.encode(line) + b"\n"


async def locked(database: Database, connection: Connection, personal_id: str) -> Found | None:
    """The record of a number, locked until the transaction ends."""
    row = await connection.fetchrow(
        "select record, state from person where number_index = $1 for update", database.number_index(personal_id)
    )
    return None if row is None else open_row(database, row)


async def set_state(
    database: Database, connection: Connection, personal_id: str, state: State, *, since: date, merged_into: str | None
) -> bool:
    """Write a death, a cancellation or a merge, and tell the feed. False when the number has no record."""
    before = await locked(database, connection, personal_id)
    if before is None:
        return False
    await feed.write(database, connection, between(before, Found(before.record, state), merged_into))
    await _write_state(database, connection, personal_id, state, since=since, merged_into=merged_into)
    return True


async def _write_state(
    database: Database, connection: Connection, personal_id: str, state: State, *, since: date, merged_into: str | None
) -> None:
    await connection.execute(
        "update person set state = $2, state_since = $3, merged_into = $4, changed_at = now() where number_index = $1",
        database.number_index(personal_id),
        state,
        since,
        database.number_index(merged_into) if merged_into else None,
    )
