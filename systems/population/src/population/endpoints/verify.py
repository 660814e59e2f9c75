"""``POST /npd/v1/verify``: does what somebody says agree with the register?"""

from datetime import UTC, datetime
from typing import Any

import msgspec

from population.disclosure.answer import Answer, judge
from population.endpoints import aliased
from population.endpoints.aliased import VerifyBody
from population.endpoints.asking import Question, answering, state_purpose
from population.endpoints.bearer import client_of
from population.endpoints.direct import DirectCall
from population.endpoints.json_bodies import decode
from population.errors import RegistrationChanged
from population.events.access import access_event
from population.people.comparison import Subject, compare
from population.wiring import Wiring

_decoder = msgspec.json.Decoder(VerifyBody)


async def verify(wiring: Wiring, call: DirectCall) -> bytes:
    """Answer with the four-valued result; errors as `endpoints.asking`."""
    try:
        return await _verify(wiring, call, fresh=False)
    except RegistrationChanged:
        return await _verify(wiring, call, fresh=True)


async def _verify(wiring: Wiring, call: DirectCall, *, fresh: bool) -> bytes:
    client = await client_of(wiring, call.authorization, fresh=fresh)
    body = decode(call.body, _decoder)
    if aliased.is_legacy(body.subject.personal_id):
        return msgspec.json.encode(await aliased.verify(wiring, client, call, body, fresh=fresh))
    subject = body.subject.read()
    question = state_purpose(call.request_id, (wiring, client), "verify", body, subject.personal_id)
    # guard: npd-an-old-registration-refuses-nobody
    if not fresh and question.purpose.code not in client.purposes:
        raise RegistrationChanged("not known to be registered for this purpose")
    async with answering(question):
        answer = await _ask(question, subject)
        if not question.purpose.rule.proven:
            _tell_owner(question, subject)
    if question.event is not None:
        wiring.outbox_has_news.set()
    return msgspec.json.encode(_told(question, answer))


async def _ask(question: Question, subject: Subject) -> Answer:
    found, exists = await question.wiring.reader.find(question.subject_indexes[0])
    verdict = compare(subject, found.record)
    rule = question.purpose.rule
    answer = judge(rule, verdict, found.state) if exists else judge(rule, None, None)
    question.outcome, question.result_shown = answer.verdict.overall, answer.shows_something
    question.fields = tuple(name for name, _ in answer.verdict.fields)
    return answer


def _tell_owner(question: Question, subject: Subject) -> None:
    """Also for a number that nobody has: the answer must not be faster for it, and the e-ID knows its own people."""
    event = access_event(subject.personal_id, question.client.agency, question.purpose.code, datetime.now(UTC))
    question.event = question.wiring.settings.eid_client_id, event


def _told(question: Question, answer: Answer) -> dict[str, Any]:
    body: dict[str, Any] = {
        "request_id": str(question.request_id),
        "overall": answer.verdict.overall,
        "fields": [{"name": name, "result": result} for name, result in answer.verdict.fields],
        "answered_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    if answer.record_state is not None:
        body["record_state"] = answer.record_state
    if answer.record_state in ("cancelled", "merged"):
        body["alias"] = {"kind": answer.record_state, "leads_to": int(answer.record_state == "merged"), "agreeing": 0}
    return body
