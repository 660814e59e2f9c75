"""Requests for corrections and the opinions on them; a decision changes the record in its own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from kernel import country_time
from population.corrections import rules
from population.corrections.rules import Field, Given, Opinion
from population.households import judgement
from population.people.import_rows import ImportRow
from population.people.record import Record
from population.storage import people
from population.storage.database import Connection, Database, Row

_CONTENT, _REASON = "correction.content", "correction.reason"


class Asked(msgspec.Struct, frozen=True):
    """What the person said: which field, what it should read, from which paper. ``was`` is what stood there then."""

    personal_id: str
    field: Field
    was: str
    value: str
    paper: str
    paper_number: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A request, with where it is. Times are the country's."""

    id: UUID
    person: bytes
    asked: Asked
    asked_at: datetime
    due_at: datetime
    outcome: Opinion | None
    reason: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Voice:
    """An officer's opinion with its reason."""

    officer: bytes
    opinion: Opinion
    reason: str
    given_at: datetime


_COLUMNS = "id, number_index, content, asked_at, due_at, outcome, reason, decided_at"


def _read(database: Database, row: Row) -> Correction:
    return Correction(
        row["id"],
        row["number_index"],
        msgspec.json.decode(database.sealer.open(row["content"], _CONTENT), type=Asked),
        row["asked_at"],
        row["due_at"],
        row["outcome"],
        database.sealer.open(row["reason"], _REASON) if row["reason"] else "",
        row["decided_at"],
    )


async def ask(database: Database, asked: Asked) -> bool:
    """Take a request. False where one about this field is open already."""
    now = country_time.now()
    async with database.transaction() as connection:
        person = database.number_index(asked.personal_id)
        await people.locked(database, connection, asked.personal_id)
        rows = await connection.fetch(
            f"select {_COLUMNS} from correction where number_index = $1 and outcome is null",  # noqa: S608
            person,
        )
        if any(_read(database, row).asked.field == asked.field for row in rows):
            return False
        await connection.execute(
            "insert into correction (id, number_index, content, asked_at, due_at) values ($1, $2, $3, $4, $5)",
            uuid4(),
            person,
            database.sealer.seal(msgspec.json.encode(asked).decode(), _CONTENT),
            now,
            rules.due(now),
        )
    return True


async def of_person(database: Database, person: bytes) -> list[Correction]:
    """All of one person's requests, newest first."""
    rows = await database.pool.fetch(
        f"select {_COLUMNS} from correction where number_index = $1 order by asked_at desc limit 100",  # noqa: S608
        person,
    )
    return [_read(database, row) for row in rows]


async def waiting(database: Database, most: int) -> list[Correction]:
    """What is not decided, the most urgent first."""
    rows = await database.pool.fetch(
        f"select {_COLUMNS} from correction where outcome is null order by due_at, id limit $1",  # noqa: S608
        most,
    )
    return [_read(database, row) for row in rows]


async def get(database: Database, id_: UUID) -> Correction | None:
    """One request."""
    row = await database.pool.fetchrow(f"select {_COLUMNS} from correction where id = $1", id_)  # noqa: S608
    return None if row is None else _read(database, row)


async def voices(database: Database, id_: UUID) -> list[Voice]:
    """The opinions on a request, in their order."""
    async with database.transaction() as connection:
        return await _voices(database, connection, id_)


async def _voices(database: Database, connection: Connection, id_: UUID) -> list[Voice]:
    rows = await connection.fetch(
        "select officer, opinion, reason, given_at from correction_opinion where correction = $1 order by given_at",
        id_,
    )
    return [
        Voice(row["officer"], row["opinion"], database.sealer.open(row["reason"], _REASON), row["given_at"])
        for row in rows
    ]


def given(voices_: Sequence[Voice]) -> list[Given]:
    """As the rules want them."""
    return [Given(one.officer, one.opinion) for one in voices_]


async def same_household(database: Database, one: bytes, other: bytes) -> bool | None:
    """Whether two numbers live in one household; None where one of them has no living record."""
    found = await people.memberships(database, [one, other])
    if len(found) < 2:
        return None
    return judgement.same_household(found[one], found[other])


async def decide(database: Database, id_: UUID, officer: bytes, opinion: Opinion, reason: str) -> str:
    """Give an opinion; where it is the second of its kind, decide, and change the record. Empty, or why not."""
    async with database.transaction() as connection:
        row = await connection.fetchrow(
            f"select {_COLUMNS} from correction where id = $1 for update",  # noqa: S608
            id_,
        )
        if row is None:
            return "CLOSED"
        one = _read(database, row)
        before = await _voices(database, connection, id_)
        living = await _living(database, connection, one.person)
        hand = rules.Hand(officer, await same_household(database, officer, one.person))
        if word := rules.refusal(one.person, given(before), hand):
            return word
        if living is None:
            return "HOUSEHOLD"  # gone since the line before: the register can tell no more
        now = country_time.now()
        await connection.execute(
            "insert into correction_opinion (correction, officer, opinion, reason, given_at)"
            " values ($1, $2, $3, $4, $5)",
            id_,
            officer,
            opinion,
            database.sealer.seal(reason, _REASON),
            now,
        )
        found = rules.outcome([*given(before), Given(officer, opinion)])
        if found is None:
            return ""
        await connection.execute(
            "update correction set outcome = $2, reason = $3, decided_at = $4 where id = $1",
            id_,
            found,
            database.sealer.seal(reason, _REASON),
            now,
        )
        if found == "grant":
            record = rules.apply(living, one.asked.field, one.asked.value)
            text = msgspec.json.encode([record, one.asked.field]).decode()
            await people.put(database, connection, [ImportRow(record, "live", None, None, text)])
    return ""


async def _living(database: Database, connection: Connection, person: bytes) -> Record | None:
    """The person's record of now, locked: the number may be another one since the request. None where nobody lives."""
    row = await connection.fetchrow(
        "select live.record, live.state from person asked"
        " join person live on live.number_index = coalesce(asked.merged_into, asked.number_index)"
        " where asked.number_index = $1 and live.state = 'live' for update of live",
        person,
    )
    return None if row is None else people.open_row(database, row).record
