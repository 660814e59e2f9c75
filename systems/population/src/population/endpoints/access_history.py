"""``POST /npd/v1/access-history``: who asked for me? For the owner, through the e-ID (Law 26/2023 Art 10)."""

from datetime import UTC

from starlette.requests import Request
from starlette.responses import Response

from kernel import personal_id
from kernel.personal_id import PersonalIdFormat
from population.endpoints.asking import QuestionBody, answering, state_purpose
from population.endpoints.bearer import caller
from population.endpoints.json_bodies import json_response, read_body
from population.errors import InvalidRequest
from population.storage import access_log, clients

MOST = 200


class AccessHistoryBody(QuestionBody, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The contract: `docs/interfaces.md` 3."""

    personal_id: str


async def access_history(request: Request) -> Response:
    """The newest accesses first; errors as `endpoints.asking`."""
    asker = await caller(request)
    body = await read_body(request, AccessHistoryBody)
    try:
        number = personal_id.normalise(body.personal_id)
    except PersonalIdFormat:
        raise InvalidRequest("personal_id: 12 digits are expected") from None
    question = state_purpose(request.state.request_id, asker, "access_history", body, number)
    async with answering(question):
        rows = await access_log.history(question.wiring.database, question.subject_indexes[0], MOST)
        question.result_shown = True
    agencies = await clients.agencies(question.wiring.database)
    entries = [
        {
            "at": row["at"].astimezone(UTC).isoformat(timespec="seconds"),
            "agency": agencies.get(row["client_id"], {"code": "", "vi": row["client_id"], "en": row["client_id"]}),
            "purpose": row["purpose"],
            "what": row["what"],
            "fields": row["fields"],
            "result_shown": row["result_shown"],
        }
        for row in rows
    ]
    return json_response({"request_id": str(question.request_id), "entries": entries})
