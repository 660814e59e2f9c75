"""``/cua-toi/dinh-chinh``: what the register says of me, what of it I asked to be corrected, and how that stands."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel import country_time
from population.corrections import rules
from population.doors.door import Door
from population.storage import corrections
from population.storage.corrections import Asked
from population.storage.visits import Visit
from population.wiring import Wiring

HERE = "/cua-toi/dinh-chinh"


class OwnCorrections:
    """The list, the form, what was posted."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def page(self, request: Request) -> Response:
        """``GET`` shows, ``POST`` takes a request."""
        visit = await self._door.visit(request)
        if request.method == "GET":
            return await self._shown(request, visit, {}, {})
        said = await self._door.form(request, visit)
        errors = _judge(said)
        if errors:
            return await self._shown(request, visit, said, errors, 422)
        wiring: Wiring = request.app.state.wiring
        found, _ = await wiring.reader.find(visit.number_index)
        field: Any = said["field"]
        asked = Asked(
            personal_id=visit.guest.personal_id,
            field=field,
            was=str(getattr(found.record, field) or ""),
            value=rules.kept(field, said["value"]),
            paper=said["paper"],
            paper_number=said["paper_number"],
        )
        if asked.was == asked.value:
            return await self._shown(request, visit, said, {"value": "same"}, 422)
        if not await corrections.ask(wiring.database, asked):
            return await self._shown(request, visit, said, {"field": "open"}, 409)
        return RedirectResponse(HERE, 303)

    async def _shown(
        self, request: Request, visit: Visit, said: dict[str, str], errors: dict[str, str], status: int = 200
    ) -> Response:
        wiring: Wiring = request.app.state.wiring
        found, _ = await wiring.reader.find(visit.number_index)
        today = country_time.today()
        mine = [
            {"one": one, "days_left": rules.days_left(one.due_at.astimezone(country_time.VIETNAM), today)}
            for one in await corrections.of_person(wiring.database, visit.number_index)
        ]
        shown = {"record": found.record, "mine": mine, "said": said, "errors": errors, "fields": rules.FIELDS}
        return self._door.page(
            "own_corrections.html", visit, status, nav_current="corrections", papers=rules.PAPERS, **shown
        )


def _judge(said: dict[str, str]) -> dict[str, str]:
    errors = {}
    if said.get("field") not in rules.FIELDS:
        errors["field"] = "missing"
    elif not rules.kept(said["field"], said.get("value", "")):
        errors["value"] = "wrong"
    if said.get("paper") not in rules.PAPERS:
        errors["paper"] = "missing"
    if not 0 < len(said.get("paper_number", "")) <= rules.LONGEST:
        errors["paper_number"] = "missing"
    return errors
