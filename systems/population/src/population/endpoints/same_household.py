"""``POST /npd/v1/same-household``: may an official handle this person's case?"""

from starlette.requests import Request
from starlette.responses import Response

from kernel import personal_id
from kernel.personal_id import PersonalIdFormat
from population.endpoints.asking import QuestionBody, answering, state_purpose
from population.endpoints.bearer import caller
from population.endpoints.json_bodies import json_response, read_body
from population.errors import InvalidRequest
from population.households.judgement import same_household as judge
from population.storage import people


class SameHouseholdBody(QuestionBody, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The contract: `docs/interfaces.md` 3."""

    personal_ids: list[str]


async def same_household(request: Request) -> Response:
    """A yes or a no, or InvalidRequest where the register cannot judge: what is not known is never "no"."""
    asker = await caller(request)
    body = await read_body(request, SameHouseholdBody)
    if len(body.personal_ids) != 2:
        raise InvalidRequest("personal_ids: two numbers are expected")
    try:
        numbers = [personal_id.normalise(number) for number in body.personal_ids]
    except PersonalIdFormat:
        raise InvalidRequest("personal_ids: 12 digits are expected") from None
    question = state_purpose(request.state.request_id, asker, "same_household", body, *numbers)
    async with answering(question):
        members = await people.memberships(question.wiring.database, question.subject_indexes)
        known = all(index in members for index in question.subject_indexes)
        question.outcome, question.result_shown = ("ANSWERED" if known else "NOT_JUDGED"), known
    # guard: npd-unknown-household-is-not-no
    if not known:
        raise InvalidRequest("one of the numbers has no live record: not judged")
    one, other = (members[index] for index in question.subject_indexes)
    return json_response({"request_id": str(question.request_id), "same_household": judge(one, other)})
