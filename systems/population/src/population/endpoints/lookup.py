"""``POST /npd/v1/lookup``: the fields that were granted to (client, procedure), of a person whose key agrees."""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kernel import country_time
from population.disclosure import grants
from population.disclosure.answer import to_proven
from population.endpoints.asking import QuestionBody, SubjectBody, answering, state_purpose
from population.endpoints.bearer import caller
from population.endpoints.json_bodies import json_response, read_body
from population.people.comparison import compare
from population.people.record import Record
from population.residence.telling import tell
from population.storage import people
from population.wiring import Wiring


class LookupBody(QuestionBody, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The contract: `docs/interfaces.md` 3."""

    subject: SubjectBody
    fields: list[str]


async def lookup(request: Request) -> Response:
    """Give values only where name, birth date and number all agree; errors as `endpoints.asking`, FieldNotGranted."""
    asker = await caller(request)
    body = await read_body(request, LookupBody)
    subject = body.subject.read()
    question = state_purpose(request.state.request_id, asker, "lookup", body, subject.personal_id)
    wiring = question.wiring
    async with answering(question):
        question.fields = grants.check(body.fields, question.purpose.procedure_code, question.client.grants)
        found, exists = await wiring.reader.find(question.subject_indexes[0])
        verdict = compare(subject, found.record)
        answer = to_proven(verdict if exists else None, found.state if exists else None)
        # guard: npd-values-only-on-full-match
        agrees = answer.verdict.overall == "MATCH" and answer.record_state == "live"
        values = await _values(wiring, found.record, question.fields) if agrees else {}
        question.outcome, question.result_shown = answer.verdict.overall, agrees
    told: dict[str, Any] = {
        "request_id": str(question.request_id),
        "overall": answer.verdict.overall,
        "record_state": answer.record_state,
        "values": values,
        "answered_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return json_response(told)


async def _values(wiring: Wiring, record: Record, fields: tuple[str, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    members: list[Record] = []
    if record.household and {"household_head", "household_members"} & set(fields):
        members = await people.household(wiring.database, record.household)
    for field in fields:
        if field == "household_head":
            values[field] = next((_member(one) for one in members if one.relation == "head"), None)
        elif field == "household_members":
            values[field] = [_member(one) for one in members]
        elif field.endswith("_residence"):
            values[field] = tell(getattr(record, field), country_time.today())
        else:
            values[field] = getattr(record, field)
    return values


def _member(record: Record) -> dict[str, Any]:
    return {"full_name": record.full_name, "personal_id": record.personal_id, "relation": record.relation}
