"""``/can-bo/canh-bao`` and ``/can-bo/bao-mat``: alarms to look into, and orders of secrecy by two officers."""

from datetime import date
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel import country_time, personal_id
from kernel.personal_id import PersonalIdFormat
from population.doors.door import Door
from population.storage import alarms, clients, secrecy, visits
from population.storage.visits import Visit
from population.wiring import Wiring

SHOWN = 100
LONGEST = 500
ALARMS, SECRECY = "/can-bo/canh-bao", "/can-bo/bao-mat"


class WatchPages:
    """Two pages, each with its form."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def alarms(self, request: Request) -> Response:
        """``GET`` lists, ``POST`` acknowledges one with a note."""
        visit = await self._door.visit(request, "alarms")
        database = request.app.state.wiring.database
        errors: dict[str, str] = {}
        if request.method == "POST":
            said = await self._door.form(request, visit)
            note, id_ = said.get("note", ""), said.get("alarm", "")
            if 0 < len(note) <= LONGEST and id_.isascii() and id_.isdigit() and len(id_) < 19:
                await alarms.acknowledge(database, int(id_), visit.number_index, note)
                return RedirectResponse(ALARMS, 303)
            errors["note"] = "missing"
        listed = await alarms.newest(database, SHOWN)
        named = await clients.agencies(database)
        status = 422 if errors else 200
        return self._door.page(
            "staff_alarms.html", visit, status, nav_current="alarms", alarms=listed, agencies=named, errors=errors
        )

    async def secrecy(self, request: Request) -> Response:
        """``GET`` lists, ``POST`` asks for an order, approves or ends one."""
        visit = await self._door.visit(request, "secrecy")
        wiring: Wiring = request.app.state.wiring
        if request.method == "GET":
            return await self._orders(wiring, visit, {}, {})
        said = await self._door.form(request, visit)
        if said.get("order"):
            return await self._act(wiring, visit, said)
        errors = {}
        try:
            number = personal_id.normalise(said.get("personal_id", ""))
        except PersonalIdFormat:
            errors["personal_id"] = "wrong"
        until = _day(said.get("until", ""))
        if until is None or until <= country_time.today():
            errors["until"] = "wrong"
        if not 0 < len(said.get("ground", "")) <= LONGEST:
            errors["ground"] = "wrong"
        if said.get("client") not in await clients.agencies(wiring.database):
            errors["client"] = "wrong"
        if errors or until is None:
            return await self._orders(wiring, visit, said, errors, 422)
        await secrecy.ask(wiring.database, (number, said["client"]), said["ground"], until, visit.number_index)
        return RedirectResponse(SECRECY, 303)

    async def _act(self, wiring: Wiring, visit: Visit, said: dict[str, str]) -> Response:
        try:
            id_ = UUID(said["order"])
        except ValueError:
            return await self._orders(wiring, visit, said, {"order": "wrong"}, 422)
        act = said.get("act")
        done = (
            await secrecy.approve(wiring.database, id_, visit.number_index)
            if act == "approve"
            else act == "end" and await secrecy.end(wiring.database, id_)
        )
        if not done:
            return await self._orders(wiring, visit, said, {"order": "wrong"}, 409)
        return RedirectResponse(SECRECY, 303)

    async def _orders(
        self, wiring: Wiring, visit: Visit, said: dict[str, str], errors: dict[str, str], status: int = 200
    ) -> Response:
        shown = {
            "orders": await secrecy.orders(wiring.database, SHOWN),
            "agencies": await clients.agencies(wiring.database),
            "names": await visits.officer_names(wiring.database),
            "me": visit.number_index,
            "today": country_time.today(),
            "said": said,
            "errors": errors,
        }
        return self._door.page("staff_secrecy.html", visit, status, nav_current="secrecy", **shown)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
