"""``/npd/v1/bulk-verify/{job}``: verifying many people in one job, chunk by chunk; again without counting twice.

A job is opened by `PUT`; rows come in by `POST …/rows?from=N`; `GET` says with which row to go on; `GET …/results`
gives what was answered. A chunk is admitted, counted and logged as one call of so many rows before any is given.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from population.bulk_worker import Done, Task
from population.disclosure import bulk as rule
from population.disclosure import purposes, quota
from population.disclosure.admission import Ask
from population.endpoints import bulk_results, bulk_streams
from population.endpoints.asking import QuestionBody, state_purpose
from population.endpoints.bearer import caller
from population.endpoints.json_bodies import json_response, read_body
from population.errors import (
    InvalidRequest,
    JobConflict,
    PurposeNotAllowed,
    QuotaExceeded,
    RegistrationChanged,
    UnknownJob,
    UnknownReference,
)
from population.storage import bulk
from population.storage.access_log import Entry
from population.storage.bulk import Job
from population.storage.clients import Client
from population.storage.writer import Act
from population.wiring import Wiring

_WHAT: Final = "bulk_verify"
_FIELDS = ("full_name", "birth_date", "personal_id")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A job with whose it is."""

    wiring: Wiring
    client: Client
    job: Job


async def job(request: Request) -> Response:
    """``PUT`` opens (also again, with the same words), ``GET`` tells how far it is."""
    wiring, client = await caller(request)
    if request.method == "GET":
        asked = await _asked(request, wiring, client)
        return json_response(await _told(asked))
    body = await read_body(request, QuestionBody)
    question = state_purpose(request.state.request_id, (wiring, client), _WHAT, body)
    try:
        purposes.check(question.purpose, _WHAT, client.purposes)
    except PurposeNotAllowed as refusal:
        await wiring.writer.write(Act(None, (_entry(wiring, client, _job_id(request), body).refused(refusal.error),)))
        raise
    found = await bulk.open_(wiring.database, client.client_id, _job_id(request), question.purpose, body.on_behalf_of)
    asked_for = (question.purpose.code, question.purpose.procedure_code, str(question.purpose.reference))
    if (found.purpose, found.procedure_code, found.reference) != asked_for or found.on_behalf_of != body.on_behalf_of:
        raise JobConflict("this job was opened with other words")
    return json_response(await _told(_Asked(wiring, client, found)))


async def rows(request: Request) -> Response:
    """``POST …/rows?from=N``: rows from number N on, as NDJSON or Arrow; answered when all of them are durable."""
    wiring, client = await caller(request)
    asked = await _asked(request, wiring, client)
    first = _from(request)
    kind = request.headers.get("content-type", "").split(";")[0].strip()
    if first % rule.CHUNK_ROWS:
        raise InvalidRequest(f"from: a multiple of {rule.CHUNK_ROWS} is expected")
    if kind not in (bulk_streams.NDJSON, bulk_streams.ARROW):
        raise InvalidRequest(f"{bulk_streams.NDJSON} or {bulk_streams.ARROW} is expected")
    chunks = bulk_streams.chunks(request.stream(), kind)
    try:
        async for done in wiring.bulk.run(_tasks(asked, chunks, first, arrow=kind == bulk_streams.ARROW)):
            _judge(done)
    except ClientDisconnect:
        # A chunk that did not come in whole is not answered: the caller goes on from `next_row`.
        raise InvalidRequest("the caller went away") from None
    return json_response(await _told(asked))


async def results(request: Request) -> Response:
    """``GET …/results?from=N``: answers from row N on, in the order of the rows, as NDJSON or (``Accept``) Arrow."""
    wiring, client = await caller(request)
    asked = await _asked(request, wiring, client)
    first = _from(request)
    arrow = bulk_streams.ARROW in request.headers.get("accept", "")
    content = bulk_results.arrow if arrow else bulk_results.ndjson
    kind = bulk_streams.ARROW if arrow else bulk_streams.NDJSON
    stream = content(bulk.answers(wiring.database, asked.job, first))
    return StreamingResponse(stream, headers={"Cache-Control": "no-store"}, media_type=kind)


async def _asked(request: Request, wiring: Wiring, client: Client) -> _Asked:
    found = await bulk.get(wiring.database, client.client_id, _job_id(request))
    if found is None:
        raise UnknownJob("this client has no such job")
    return _Asked(wiring, client, found)


async def _tasks(asked: _Asked, chunks: AsyncIterator[bytes], first: int, *, arrow: bool) -> AsyncIterator[Task]:
    """One task for each chunk; the last chunk may be shorter."""
    following = first
    async for chunk in chunks:
        yield Task(asked.job, _ask(asked), _log_entry(asked), following, chunk, arrow)
        following += rule.CHUNK_ROWS


def _ask(asked: _Asked) -> Ask:
    client, reference = asked.client, purposes.Reference.parse(asked.job.reference)
    limits = quota.limits(
        proven=True,
        client_id=client.client_id,
        quota_per_day=client.quota_per_day,
        reference=asked.job.reference,
        number_index=b"",
    )
    return Ask(client.client_id, client.version, reference, tuple(limits))


def _log_entry(asked: _Asked) -> Entry:
    job = asked.job
    return Entry(
        request_id=job.job,
        client_id=job.client_id,
        purpose=job.purpose,
        procedure_code=job.procedure_code,
        reference=job.reference,
        on_behalf_of=job.on_behalf_of,
        what=_WHAT,
        outcome="ANSWERED",
        result_shown=True,
        subject_index=None,
        fields=_FIELDS,
    )


def _entry(wiring: Wiring, client: Client, job_id: UUID, body: QuestionBody) -> Entry:
    purpose = body.purpose
    opened = Job(client.client_id, job_id, purpose.code, purpose.procedure_code, purpose.reference, body.on_behalf_of)
    return _log_entry(_Asked(wiring, client, opened))


def _judge(done: Done) -> None:
    if not done.same:
        raise JobConflict("other rows were answered under these numbers")
    if done.ruling is None or done.ruling.word == "admitted":
        return
    if done.ruling.word == "stale":
        raise RegistrationChanged("the client's registration has just been changed")
    if done.ruling.word == "unknown_reference":
        raise UnknownReference("this client has no such reference open")
    raise QuotaExceeded(done.ruling.scope, quota.today()[1])


async def _told(asked: _Asked) -> dict[str, object]:
    following, answered = await bulk.progress(asked.wiring.database, asked.job)
    return {
        "job": str(asked.job.job),
        "chunk_rows": rule.CHUNK_ROWS,
        "next_row": following,
        "answered": answered,
    }


def _job_id(request: Request) -> UUID:
    try:
        return UUID(request.path_params["job"])
    except ValueError:
        raise InvalidRequest("job: a UUID is expected") from None


def _from(request: Request) -> int:
    text = request.query_params.get("from", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise InvalidRequest("from: the number of a row is expected")
    return int(text)
