"""What a worker process of bulk verification does: one chunk of rows in, answered, counted and logged.

The processes run at a lower priority than the one that answers interactive callers, and each keeps one connection.
"""

import asyncio
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

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


class _Worker:
    """The state of one process."""

    def __init__(self, url: str, keys_dir: Path) -> None:
        self.database = Database(None, keys.sealer(keys_dir), url)
        self.lane = Lane(url)
        self.names: dict[str, str] = {}
        self.births: dict[str, PartialDate | None] = {}

    def canonical(self, name: str) -> str:
        """As `Subject.read` does it; empty for what is no name."""
        found = self.names.get(name)
        if found is None:
            if len(self.names) >= _MOST_REMEMBERED:
                self.names.clear()
            found = vietnamese_names.canonical(name)
            found = self.names[name] = found if len(found) <= LONGEST_NAME else ""
        return found

    def born(self, text: str) -> PartialDate | None:
        """The date, None for what is none."""
        if text not in self.births:
            if len(self.births) >= _MOST_REMEMBERED:
                self.births.clear()
            try:
                self.births[text] = PartialDate.parse(text)
            except PartialDateFormat:
                self.births[text] = None
        return self.births[text]

    def subject(self, row: tuple[str, str, str] | None) -> Subject | None:
        """Whom a row asks about; None where it cannot be read."""
        if row is None:
            return None
        name, born, number = self.canonical(row[0]), self.born(row[1]), row[2]
        if not (len(number) == 12 and number.isascii() and number.isdigit()):
            try:
                number = personal_id.normalise(number)
            except PersonalIdFormat:
                return None
        return Subject(name, born, number) if name and born is not None else None


_worker: _Worker
_loop: asyncio.AbstractEventLoop


def start(url: str, keys_dir: Path) -> None:
    """Called once in each process."""
    global _worker, _loop
    os.nice(NICE)
    _worker, _loop = _Worker(url, keys_dir), asyncio.new_event_loop()


def answer_chunk(task: Task) -> Done:
    """Answer, count, log and keep. Raises what `storage.database.AWAY` names, as text of its own (it has to travel)."""
    try:
        return _loop.run_until_complete(_answer(_worker, task))
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as fault:
        raise ConnectionError(type(fault).__name__) from None


async def _answer(worker: _Worker, task: Task) -> Done:
    database = worker.database
    digest = database.sealer.blind(hashlib.sha256(task.rows).hexdigest(), "bulk_chunk.digest")
    async with worker.lane.use() as connection:
        known = await bulk.chunk(connection, task.job, task.first_row)
        if known is None:
            subjects = [worker.subject(row) for row in _rows(task)]
            answers, asked = await _find(worker, connection, subjects)
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
    worker: _Worker, connection: Connection, subjects: Sequence[Subject | None]
) -> tuple[bytes, list[tuple[bytes, int]]]:
    """A byte for every row; and blind index and byte of every person asked for, sorted by index."""
    database = worker.database
    answers = bytearray([rule.INVALID]) * len(subjects)
    asked = []
    for row, subject in enumerate(subjects):
        if subject is not None:
            asked.append((database.number_index(subject.personal_id), row))
            answers[row] = rule.NOT_FOUND
    asked.sort()
    differing: list[tuple[bytes, int]] = []
    for part, members in _by_part(asked):
        match_keys = [_match_key(database, subjects[row]) for _, row in members]
        found = await people.bulk_states(connection, part, [index for index, _ in members], match_keys)
        for position, state, agrees in found:
            if agrees:
                answers[members[position][1]] = 1 + state
            else:
                differing.append(members[position])
    await _compare(database, connection, subjects, differing, answers)
    return bytes(answers), [(index, answers[row]) for index, row in asked]


def _by_part(asked: Sequence[tuple[bytes, int]]) -> list[tuple[int, Sequence[tuple[bytes, int]]]]:
    parts = []
    begin = 0
    for part in range(people.PARTS):
        end = begin
        while end < len(asked) and asked[end][0][0] >> 4 == part:
            end += 1
        if end > begin:
            parts.append((part, asked[begin:end]))
        begin = end
    return parts


def _match_key(database: Database, subject: Subject | None) -> bytes:
    assert subject is not None
    return database.match_key(subject.personal_id, subject.full_name, str(subject.birth_date))


async def _compare(
    database: Database,
    connection: Connection,
    subjects: Sequence[Subject | None],
    differing: Sequence[tuple[bytes, int]],
    answers: bytearray,
) -> None:
    """Those of whom not everything agrees letter by letter: their records are opened, as for a single verification."""
    for begin in range(0, len(differing), 1_000):
        some = differing[begin : begin + 1_000]
        rows = await people.rows(connection, [index for index, _ in some])
        for index, row in some:
            subject = subjects[row]
            if subject is not None and index in rows:
                found = people.open_row(database, rows[index])
                answers[row] = rule.code(compare(subject, found.record), found.state)
