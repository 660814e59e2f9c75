"""``POST /npd/v1/verify`` with the 9 digits of an old card: whom it leads to is counted, never named, never decided."""

import re
from datetime import UTC, datetime
from typing import Any

from kernel import personal_id, vietnamese_names
from kernel.partial_date import PartialDate, PartialDateFormat
from population.endpoints.asking import QuestionBody, SubjectBody, answering, state_purpose
from population.endpoints.direct import DirectCall
from population.errors import InvalidRequest, RegistrationChanged
from population.people.aliases import LegacySubject, judge
from population.people.comparison import LONGEST_NAME
from population.storage import people
from population.storage.clients import Client
from population.wiring import Wiring


class VerifyBody(QuestionBody, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The contract: `docs/interfaces.md` 3."""

    subject: SubjectBody


def is_legacy(number: str) -> bool:
    """Whether it is a number of 9 digits, as old cards have it."""
    return re.fullmatch(r"\d{9}", number.replace(" ", ""), re.ASCII) is not None


async def verify(wiring: Wiring, client: Client, call: DirectCall, body: VerifyBody, *, fresh: bool) -> dict[str, Any]:
    """At best INSUFFICIENT. Only for purposes of a proven person, a claim or a dossier: a person who is not proven is
    told the same as for any other number that has not 12 digits. Errors as `endpoints.asking`."""
    subject = _read(body.subject)
    question = state_purpose(call.request_id, (wiring, client), "verify", body)
    # guard: npd-alias-is-for-proven-purposes
    if not question.purpose.rule.proven:
        raise InvalidRequest("subject.personal_id: 12 digits are expected")
    if not fresh and question.purpose.code not in client.purposes:
        raise RegistrationChanged("not known to be registered for this purpose")
    candidates = await people.by_legacy_id9(wiring.database, subject.legacy_id9)
    # Everybody whom it leads to finds the question in his history.
    question.subject_indexes = tuple(candidates) or (wiring.database.legacy_index(subject.legacy_id9),)
    async with answering(question):
        verdict, alias = judge(subject, list(candidates.values()))
        question.outcome, question.result_shown = verdict.overall, bool(candidates)
        question.fields = tuple(name for name, _ in verdict.fields)
    return {
        "request_id": str(question.request_id),
        "overall": verdict.overall,
        "fields": [{"name": name, "result": result} for name, result in verdict.fields],
        "alias": {"kind": alias.kind, "leads_to": alias.leads_to, "agreeing": alias.agreeing},
        "answered_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _read(said: SubjectBody) -> LegacySubject:
    name = vietnamese_names.canonical(said.full_name)
    if not name or len(name) > LONGEST_NAME:
        raise InvalidRequest("subject.full_name: a name of at most 100 letters is expected")
    try:
        born = PartialDate.parse(said.birth_date)
    except PartialDateFormat:
        raise InvalidRequest("subject.birth_date: YYYY-MM-DD, YYYY-MM or YYYY is expected") from None
    return LegacySubject(name, born, personal_id.normalise_legacy_id9(said.personal_id))
