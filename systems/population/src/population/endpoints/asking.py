"""What all questions to the register share: who asks, for what, in whose name; counting and logging.

A question runs in one transaction: the reference is open, the call is counted, the record read, the access logged.
Where one of these fails there is no answer. A refusal is logged too, in a transaction of its own.
"""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import msgspec
from starlette.requests import Request

from population.disclosure import purposes, quota
from population.disclosure.purposes import Call, StatedPurpose
from population.endpoints.token import bearer
from population.errors import InvalidRequest, QuotaExceeded, Refused, UnknownReference
from population.people.comparison import Subject
from population.storage import access_log, quotas, references
from population.storage.clients import Client
from population.storage.database import Connection
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
    """One call, admitted. ``fields``, ``outcome`` and ``result_shown`` are set by the endpoint, and then logged."""

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


async def caller(request: Request) -> tuple[Wiring, Client]:
    """The wiring and the client behind the bearer token. Raises InvalidToken."""
    wiring: Wiring = request.app.state.wiring
    return wiring, await bearer(wiring, request)


def state_purpose(
    request: Request,
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
    return Question(wiring, client, call, stated, body.on_behalf_of, request.state.request_id, indexes)


@asynccontextmanager
async def answering(question: Question) -> AsyncIterator[Connection]:
    """The transaction of a question. Raises PurposeNotAllowed, UnknownReference, QuotaExceeded; logs these too."""
    database = question.wiring.database
    try:
        async with database.transaction() as connection:
            await _admit(question, connection)
            yield connection
            # guard: npd-access-is-logged-with-the-answer
            await _log(question, connection)
    except Refused as refusal:
        question.outcome, question.result_shown = refusal.error.upper(), False
        async with database.transaction() as connection:
            await _log(question, connection)
        raise


async def _admit(question: Question, connection: Connection) -> None:
    purpose, client = question.purpose, question.client
    purposes.check(purpose, question.call, client.purposes)
    # guard: npd-reference-is-open-and-own
    if not await references.is_open(connection, client.client_id, purpose.reference):
        raise UnknownReference("this client has no such reference open")
    midnight, seconds_left = quota.today()
    limits = quota.limits(
        proven=purpose.rule.proven,
        client_id=client.client_id,
        quota_per_day=client.quota_per_day,
        reference=str(purpose.reference),
        number_index=question.subject_indexes[0],
    )
    reached = await quotas.count(connection, midnight.date(), limits)
    if reached is not None:
        raise QuotaExceeded(reached, seconds_left)


async def _log(question: Question, connection: Connection) -> None:
    for entry in question.entries():
        await access_log.append(connection, entry)
