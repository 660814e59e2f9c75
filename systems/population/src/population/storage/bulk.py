"""Jobs of many verifications: opened, written chunk by chunk with their log entry, and told again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from population.disclosure.admission import Ruling
from population.disclosure.purposes import StatedPurpose
from population.storage.database import Connection, Database
from population.storage.writer import HOLD, Act, write_held


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its client opened it."""

    client_id: str
    job: UUID
    purpose: str
    procedure_code: str | None
    reference: str
    on_behalf_of: str | None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that were answered: ``digest`` knows them again, ``answers`` has a byte for each (`disclosure.bulk`)."""

    first_row: int
    digest: bytes
    answers: bytes

    @property
    def count(self) -> int:
        return len(self.answers)


async def open_(database: Database, client_id: str, job: UUID, purpose: StatedPurpose, by: str | None) -> Job:
    """Open a job, or find the one that is: the caller compares."""
    asked = (client_id, job, purpose.code, purpose.procedure_code, str(purpose.reference), by)
    await database.pool.execute(
        "insert into bulk_job (client_id, job, purpose, procedure_code, reference, on_behalf_of)"
        " values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        *asked,
    )
    found = await get(database, client_id, job)
    assert found is not None
    return found


async def get(database: Database, client_id: str, job: UUID) -> Job | None:
    """The job of this client, and of no other."""
    # guard: npd-bulk-job-is-its-clients
    row = await database.pool.fetchrow(
        "select client_id, job, purpose, procedure_code, reference, on_behalf_of from bulk_job"
        " where client_id = $1 and job = $2",
        client_id,
        job,
    )
    return None if row is None else Job(**row)


async def progress(database: Database, job: Job) -> tuple[int, int]:
    """The row to go on with (the first that was not answered), and how many were answered."""
    rows = await database.pool.fetch(
        "select first_row, count from bulk_chunk where client_id = $1 and job = $2 order by first_row",
        job.client_id,
        job.job,
    )
    following = 0
    for row in rows:
        if row["first_row"] == following:
            following += row["count"]
    return following, sum(row["count"] for row in rows)


async def answers(database: Database, job: Job, first_row: int) -> AsyncIterator[tuple[int, bytes]]:
    """The answered rows from a row on, chunk by chunk: number of the first, a byte for each; ends at a gap."""
    while True:
        row = await database.pool.fetchrow(
            "select first_row, answers from bulk_chunk where client_id = $1 and job = $2"
            " and first_row <= $3 and first_row + count > $3",
            job.client_id,
            job.job,
            first_row,
        )
        if row is None:
            return
        yield first_row, row["answers"][first_row - row["first_row"] :]
        first_row = row["first_row"] + len(row["answers"])


async def chunk(connection: Connection, job: Job, first_row: int) -> Chunk | None:
    """The chunk that begins at a row, if it was answered."""
    row = await connection.fetchrow(
        "select first_row, digest, answers from bulk_chunk where client_id = $1 and job = $2 and first_row = $3",
        job.client_id,
        job.job,
        first_row,
    )
    return None if row is None else Chunk(**row)


async def write(
    database: Database, connection: Connection, job: Job, act: Act, answered: Chunk
) -> tuple[Ruling | None, Chunk]:
    """Admit, count, log and keep a chunk in one transaction. A chunk that is there already is given back as it is,
    with no ruling: nothing is counted or logged twice."""
    await connection.execute(HOLD)
    known = await chunk(connection, job, answered.first_row)
    if known is not None:
        await connection.execute("rollback")
        return None, known
    ruling = (await write_held(database, connection, [act]))[0]
    if ruling.word == "admitted":
        await connection.execute(
            "insert into bulk_chunk (client_id, job, first_row, count, digest, answers)"
            " values ($1, $2, $3, $4, $5, $6)",
            job.client_id,
            job.job,
            answered.first_row,
            answered.count,
            answered.digest,
            answered.answers,
        )
    await connection.execute("commit")
    return ruling, answered


async def purge(database: Database) -> int:
    """Forget jobs of a month ago; whom they asked for stays in the access log."""
    done: str = await database.pool.execute("delete from bulk_job where opened_at < now() - interval '30 days'")
    return int(done.rsplit(maxsplit=1)[-1])
