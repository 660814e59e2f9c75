"""Loading people from a file: streamed, judged line by line, kept whole or not at all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from population.people.import_rows import ImportFault, ImportRow, judged
from population.storage import people
from population.storage.database import Database

BATCH = 2_000
MOST_FAULTS = 1_000


@dataclass(slots=True)
class Report:
    """What a file held. ``faults`` name lines and members, never what stands there; the first thousand of them."""

    read: int = 0
    changed: int = 0
    faulty: int = 0
    faults: list[str] = field(default_factory=list)


class _Taken(Exception):
    """The transaction is given up."""


async def load(
    database: Database, lines: Iterable[bytes], *, first: bool = False, say: Callable[[int], None] = lambda read: None
) -> Report:
    """Keep every person of a file in one transaction, or, where a line is wrong, nobody; the rest is judged too.

    ``first``: straight into the table, for people of whom no number is there yet and none stands twice. ``say`` is told
    now and then how many were read.
    """
    report = Report()
    put = people.copy if first else people.put
    try:
        async with database.transaction() as connection:
            batch: list[ImportRow] = []
            for found in judged(lines):
                if isinstance(found, ImportFault):
                    report.faulty += 1
                    report.faults += [str(found)] if len(report.faults) < MOST_FAULTS else []
                    continue
                report.read += 1
                if report.faulty:
                    continue
                batch.append(found)
                if len(batch) == BATCH:
                    report.changed += await put(database, connection, batch)
                    batch = []
                    say(report.read)
            report.changed += await put(database, connection, batch) if batch else 0
            # guard: npd-import-is-whole
            if report.faulty:
                raise _Taken
    except _Taken:
        report.changed = 0
    return report
