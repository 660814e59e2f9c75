"""What all questions to the register share: who asks, for what, in whose name; counting and logging.

The answer is found first and given last: between the two the call is admitted (registration, reference, limits),
counted and logged in one transaction. Where one of these fails there is no answer. A refusal is logged too.
"""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from population.disclosure import purposes, quota
from population.disclosure.admission import Ask
from population.disclosure.purposes import Call, StatedPurpose
from population.errors import InvalidRequest, QuotaExceeded, Refused, RegistrationChanged, UnknownReference
from population.people.comparison import Subject
from population.storage import access_log
from population.storage.clients import Client
from population.storage.writer import Act
from population.wiring import Wiring

_ON_BEHALF_OF = re.compile(r"[a-z][a-z_-]{0,31}(?::[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?")


class PurposeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``purpose`` of every call."""

    code: str
    reference: str
    procedure_code: str | None = None


class QuestionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every question carries; ``on_behalf_of`` is the system or the duty that makes this one ask."""

    purpose: PurposeBody
    on_behalf_of: str | None = None


class SubjectBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``subject`` of a verification: all three parts or nothing (Circular 117/2026 Art 9)."""

    full_name: str
    birth_date: str
    personal_id: str

    def read(self) -> Subject:
        return Subject.read(self.full_name, self.birth_date, self.personal_id)


@dataclass(slots=True)
class Question:
    """One call, admitted. ``fields``, ``outcome``, ``result_shown`` and ``event`` are set by the endpoint, and then
    written."""

    wiring: Wiring
    client: Client
    call: Call
    purpose: StatedPurpose
    on_behalf_of: str | None
    request_id: UUID
    subject_indexes: tuple[bytes, ...]
    fields: tuple[str, ...] = ()
    outcome: str = "ANSWERED"
    result_shown: bool = field(default=False)
    event: tuple[str, dict[str, object]] | None = None

    def entries(self) -> Iterable[access_log.Entry]:
        for index in self.subject_indexes:
            yield access_log.Entry(
                request_id=self.request_id,
                client_id=self.client.client_id,
                purpose=self.purpose.code,
                procedure_code=self.purpose.procedure_code,
                reference=str(self.purpose.reference),
                on_behalf_of=self.on_behalf_of,
                what=self.call,
                outcome=self.outcome,
                result_shown=self.result_shown,
                subject_index=index,
                fields=self.fields,
            )


def state_purpose(
    request_id: UUID,
    asker: tuple[Wiring, Client],
    call: Call,
    body: QuestionBody,
    *numbers: str,
) -> Question:
    """A question with its purpose read, for the people behind ``numbers``. Raises InvalidRequest."""
    wiring, client = asker
    # guard: npd-on-behalf-of-names-no-person
    if body.on_behalf_of is not None and not _ON_BEHALF_OF.fullmatch(body.on_behalf_of):
        raise InvalidRequest("on_behalf_of: a system, or kind:uuid, is expected")
    stated = purposes.read(body.purpose.code, body.purpose.reference, body.purpose.procedure_code)
    indexes = tuple(wiring.database.number_index(number) for number in numbers)
    return Question(wiring, client, call, stated, body.on_behalf_of, request_id, indexes)


@asynccontextmanager
async def answering(question: Question) -> AsyncIterator[None]:
    """The block finds the answer; after it the call is admitted, counted and logged, durably, or there is no answer.

    Raises PurposeNotAllowed, UnknownReference, QuotaExceeded, which are logged too, and RegistrationChanged.
    """
    writer = question.wiring.writer
    try:
        purposes.check(question.purpose, question.call, question.client.purposes)
        yield
    except Refused as refusal:
        await writer.write(Act(None, tuple(entry.refused(refusal.error) for entry in question.entries())))
        raise
    # guard: npd-answer-leaves-after-the-log
    ruling = await writer.write(Act(_ask(question), tuple(question.entries()), question.event))
    if ruling.word == "stale":
        question.wiring.registrations.pop(question.client.client_id, None)
        raise RegistrationChanged("the client's registration has just been changed")
    if ruling.word == "unknown_reference":
        raise UnknownReference("this client has no such reference open")
    if ruling.word == "quota":
        raise QuotaExceeded(ruling.scope, quota.today()[1])


def _ask(question: Question) -> Ask:
    purpose, client = question.purpose, question.client
    limits = quota.limits(
        proven=purpose.rule.proven,
        client_id=client.client_id,
        quota_per_day=client.quota_per_day,
        reference=str(purpose.reference),
        number_index=question.subject_indexes[0],
    )
    return Ask(client.client_id, client.version, purpose.reference, tuple(limits))
