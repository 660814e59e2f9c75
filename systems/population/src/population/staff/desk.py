"""``/can-bo``: requests for correction, the most urgent first; one request, and the officer's opinion on it."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel import country_time
from population.corrections import rules
from population.doors.door import Door, Refusal
from population.storage import corrections, visits
from population.storage.access_log import Entry
from population.storage.corrections import Correction
from population.storage.visits import Visit
from population.storage.writer import Act
from population.wiring import Wiring

DUTY = "corrections"
SHOWN = 100


class Desk:
    """The queue and a case."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def queue(self, request: Request) -> Response:
        """Names nobody: a case does, and that look is logged."""
        visit = await self._door.visit(request, DUTY)
        today = country_time.today()
        waiting = [
            {"one": one, "days_left": _left(one), "late": _left(one) < 0}
            for one in await corrections.waiting(request.app.state.wiring.database, SHOWN)
        ]
        return self._door.page("staff_queue.html", visit, nav_current="queue", waiting=waiting, today=today)

    async def case(self, request: Request) -> Response:
        """``GET`` shows, ``POST`` takes the opinion."""
        visit = await self._door.visit(request, DUTY)
        wiring: Wiring = request.app.state.wiring
        one = await _case(request)
        if request.method == "GET":
            return await self._shown(request, visit, one, {}, errors={})
        said = await self._door.form(request, visit)
        opinion, errors = said.get("decision", ""), {}
        if opinion not in ("grant", "refuse"):
            errors["decision"] = "missing"
        if not 0 < len(said.get("reason", "")) <= rules.LONGEST_REASON:
            errors["reason"] = "missing"
        if errors:
            return await self._shown(request, visit, one, said, errors=errors, status=422)
        word = await corrections.decide(
            wiring.database, one.id, visit.number_index, "grant" if opinion == "grant" else "refuse", said["reason"]
        )
        if word:
            return await self._shown(request, visit, one, said, errors={"decision": word}, status=409)
        return RedirectResponse("/can-bo", 303)

    async def _shown(
        self,
        request: Request,
        visit: Visit,
        one: Correction,
        said: dict[str, str],
        *,
        errors: dict[str, str],
        status: int = 200,
    ) -> Response:
        wiring: Wiring = request.app.state.wiring
        # guard: npd-officers-look-is-logged
        await wiring.writer.write(Act(None, (_entry(request, visit, one),)))
        voices = await corrections.voices(wiring.database, one.id)
        hand = rules.Hand(
            visit.number_index, await corrections.same_household(wiring.database, visit.number_index, one.person)
        )
        shown = {
            "one": one,
            "days_left": _left(one),
            # The first opinion is shown only to who has given his own: the second looks with his own eyes.
            "voices": voices if one.outcome or any(v.officer == visit.number_index for v in voices) else [],
            "given": len(voices),
            "names": await visits.officer_names(wiring.database),
            "may_not": rules.refusal(one.person, corrections.given(voices), hand),
            "said": said,
            "errors": errors,
        }
        return self._door.page("staff_case.html", visit, status, nav_current="queue", **shown)


def _left(one: Correction) -> int:
    return rules.days_left(one.due_at.astimezone(country_time.VIETNAM), country_time.today())


async def _case(request: Request) -> Correction:
    found = None
    try:
        id_ = UUID(request.path_params["id"])
    except ValueError:
        raise Refusal(404, "not_found.html") from None
    found = await corrections.get(request.app.state.wiring.database, id_)
    if found is None:
        raise Refusal(404, "not_found.html")
    return found


def _entry(request: Request, visit: Visit, one: Correction) -> Entry:
    return Entry(
        request_id=request.state.request_id,
        client_id="register",
        purpose="correction",
        procedure_code=None,
        reference=f"correction:{one.id}",
        on_behalf_of=None,
        what="correction",
        outcome="ANSWERED",
        result_shown=True,
        subject_index=one.person,
        fields=(one.asked.field,),
    )
