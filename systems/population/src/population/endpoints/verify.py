"""``POST /npd/v1/verify``: does what somebody says agree with the register?"""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from population.disclosure.answer import Answer, judge
from population.endpoints.asking import Question, QuestionBody, SubjectBody, answering, caller, state_purpose
from population.endpoints.json_bodies import json_response, read_body
from population.events.access import access_event
from population.people.comparison import Subject, compare
from population.storage import outbox, people
from population.storage.database import Connection


class VerifyBody(QuestionBody, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The contract: `docs/interfaces.md` 3."""

    subject: SubjectBody


async def verify(request: Request) -> Response:
    """Answer with the four-valued result; errors as `endpoints.asking`."""
    asker = await caller(request)
    body = await read_body(request, VerifyBody)
    subject = body.subject.read()
    question = state_purpose(request, asker, "verify", body, subject.personal_id)
    async with answering(question) as connection:
        answer = await _ask(question, subject, connection)
        if not question.purpose.rule.proven:
            await _tell_owner(question, subject, connection)
    if not question.purpose.rule.proven:
        question.wiring.outbox_has_news.set()
    return json_response(_told(question, answer))


async def _ask(question: Question, subject: Subject, connection: Connection) -> Answer:
    wiring = question.wiring
    found, exists = await people.find(wiring.database, connection, question.subject_indexes[0], wiring.decoy)
    verdict = compare(subject, found.record)
    rule = question.purpose.rule
    answer = judge(rule, verdict, found.state) if exists else judge(rule, None, None)
    question.outcome, question.result_shown = answer.verdict.overall, answer.shows_something
    question.fields = tuple(name for name, _ in answer.verdict.fields)
    return answer


async def _tell_owner(question: Question, subject: Subject, connection: Connection) -> None:
    """Also for a number that nobody has: the answer must not be faster for it, and the e-ID knows its own people."""
    settings = question.wiring.settings
    event = access_event(subject.personal_id, question.client.agency, question.purpose.code, datetime.now(UTC))
    await outbox.add(question.wiring.database, connection, settings.eid_client_id, event)


def _told(question: Question, answer: Answer) -> dict[str, Any]:
    body: dict[str, Any] = {
        "request_id": str(question.request_id),
        "overall": answer.verdict.overall,
        "fields": [{"name": name, "result": result} for name, result in answer.verdict.fields],
        "answered_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    if answer.record_state is not None:
        body["record_state"] = answer.record_state
    return body
