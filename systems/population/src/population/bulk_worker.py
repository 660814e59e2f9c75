"""What a worker process of bulk verification does: one chunk of rows in, answered, counted and logged.

The processes run at a lower priority than the one that answers interactive callers, and each keeps one connection.
"""

import asyncio
import hashlib
import os
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import asyncpg  # type: ignore[import-untyped]

from kernel import personal_id, vietnamese_names
from kernel.partial_date import PartialDate, PartialDateFormat
from kernel.personal_id import PersonalIdFormat
from population import keys
from population.disclosure import bulk as rule
from population.disclosure.admission import Ask, Ruling
from population.people import bulk_rows
from population.people.comparison import LONGEST_NAME, Subject, compare
from population.storage import access_log_people, bulk, people
from population.storage.access_log import Entry
from population.storage.bulk import Chunk, Job
from population.storage.database import Connection, Database, Lane
from population.storage.writer import Act

NICE = 10
Key: TypeAlias = tuple[str, str, str]  # canonical name, ISO date (perhaps partial), number
_MOST_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk to answer. ``rows`` are lines of NDJSON, or an Arrow stream."""

    job: Job
    ask: Ask
    entry: Entry
    first_row: int
    rows: bytes
    arrow: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What became of it: a ruling where it was counted and logged now, None where it had been; ``same`` is false when
    other rows stood there."""

    ruling: Ruling | None
    count: int
    same: bool = True


class Worker:
    """The state of one process."""

    def __init__(self, url: str, keys_dir: Path) -> None:
        self.database = Database(None, keys.sealer(keys_dir), url)
        self.lane = Lane(url)
        self.names: dict[str, str] = {}
        self.births: dict[str, str] = {}

    def canonical(self, name: str) -> str:
        """As `Subject.read` does it; empty for what is no name."""
        found = vietnamese_names.canonical(name)
        return _remember(self.names, name, found if len(found) <= LONGEST_NAME else "")

    def born(self, text: str) -> str:
        """The date as ISO has it; empty for what is none."""
        try:
            return _remember(self.births, text, str(PartialDate.parse(text)))
        except PartialDateFormat:
            return _remember(self.births, text, "")

    def keys(self, rows: Sequence[tuple[str, str, str] | None]) -> list[Key | None]:
        """Whom each row asks about; None where it cannot be read. Called by the million: nothing is made twice."""
        names, births = self.names, self.births
        found: list[Key | None] = []
        for row in rows:
            key = None
            if row is not None:
                name, born, number = row
                canonical, date = names.get(name), births.get(born)
                if canonical is None:
                    canonical = self.canonical(name)
                if date is None:
                    date = self.born(born)
                if not (len(number) == 12 and number.isascii() and number.isdigit()):
                    number = _normalised(number)
                key = (canonical, date, number) if canonical and date and number else None
            found.append(key)
        return found


def _remember(known: dict[str, str], said: str, found: str) -> str:
    if len(known) >= _MOST_REMEMBERED:
        known.clear()
    known[said] = found
    return found


def _normalised(number: str) -> str:
    try:
        return personal_id.normalise(number)
    except PersonalIdFormat:
        return ""


_worker: Worker
_loop: asyncio.AbstractEventLoop


def start(url: str, keys_dir: Path) -> None:
    """Called once in each process."""
    global _worker, _loop
    # guard: npd-single-calls-go-first
    os.nice(NICE)
    _worker, _loop = Worker(url, keys_dir), asyncio.new_event_loop()


def answer_chunk(task: Task) -> Done:
    """Answer, count, log and keep. Raises what `storage.database.AWAY` names, as text of its own (it has to travel)."""
    try:
        return _loop.run_until_complete(_answer(_worker, task))
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as fault:
        raise ConnectionError(type(fault).__name__) from None


async def _answer(worker: Worker, task: Task) -> Done:
    database = worker.database
    digest = database.sealer.blind(hashlib.sha256(task.rows).hexdigest(), "bulk_chunk.digest")
    async with worker.lane.use() as connection:
        known = await bulk.chunk(connection, task.job, task.first_row)
        if known is None:
            answers, asked = await _find(worker, connection, worker.keys(_rows(task)))
            made = Chunk(task.first_row, digest, answers)
            people_ = access_log_people.gather(asked)
            act = Act(replace(task.ask, count=len(answers)), (replace(task.entry, people=people_),))
            ruling, known = await bulk.write(database, connection, task.job, act, made)
            if ruling is not None:
                return Done(ruling, known.count)
        # guard: npd-bulk-rows-are-the-same
        return Done(None, known.count, same=known.digest == digest)


def _rows(task: Task) -> Sequence[tuple[str, str, str] | None]:
    if task.arrow:
        from population.people import arrow_rows  # the library is large: only for those who send it

        return arrow_rows.read(task.rows)
    return bulk_rows.read_lines(task.rows)


async def _find(
    worker: Worker, connection: Connection, keys_: Sequence[Key | None]
) -> tuple[bytes, list[tuple[bytes, int]]]:
    """A byte for every row; and blind index and byte of every person asked for, sorted by index."""
    database = worker.database
    index = database.number_index
    answers = bytearray([rule.INVALID if key is None else rule.NOT_FOUND for key in keys_])
    asked = sorted([(index(key[2]), row) for row, key in enumerate(keys_) if key is not None])
    differing: list[tuple[bytes, int]] = []
    for part, members in _by_part(asked):
        match_keys = [_match_key(database, keys_[row]) for _, row in members]
        for found in await people.bulk_states(connection, part, [index for index, _ in members], match_keys):
            if found & 1:
                answers[members[found >> 3][1]] = 1 + ((found >> 1) & 3)
            else:
                differing.append(members[found >> 3])
    await _compare(database, connection, keys_, differing, answers)
    return bytes(answers), [(index, answers[row]) for index, row in asked]


def _by_part(asked: Sequence[tuple[bytes, int]]) -> list[tuple[int, Sequence[tuple[bytes, int]]]]:
    ends = [bisect_left(asked, (bytes([part << 4]), 0)) for part in range(people.PARTS)] + [len(asked)]
    return [(part, asked[ends[part] : ends[part + 1]]) for part in range(people.PARTS) if ends[part] < ends[part + 1]]


def _match_key(database: Database, key: Key | None) -> bytes:
    assert key is not None
    return database.match_key(key[2], key[0], key[1])


async def _compare(
    database: Database,
    connection: Connection,
    keys_: Sequence[Key | None],
    differing: Sequence[tuple[bytes, int]],
    answers: bytearray,
) -> None:
    """Those of whom not everything agrees letter by letter: their records are opened, as for a single verification."""
    for begin in range(0, len(differing), 1_000):
        some = differing[begin : begin + 1_000]
        rows = await people.rows(connection, [index for index, _ in some])
        for index, row in some:
            key = keys_[row]
            if key is not None and index in rows:
                subject = Subject(key[0], PartialDate.parse(key[1]), key[2])
                found = people.open_row(database, rows[index])
                answers[row] = rule.code(compare(subject, found.record), found.state)
