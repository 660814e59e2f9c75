"""The open pages of the register: ``GET /`` says what it is, another page that there is none. They show nobody."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from population.doors.door import Door


class Pages:
    """Two templates."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def front(self, request: Request) -> Response:
        """What this register is, for whoever opens its address."""
        return HTMLResponse(self._door.templates.get_template("front_page.html").render())

    def not_found(self) -> Response:
        """For people; systems get JSON."""
        return HTMLResponse(self._door.templates.get_template("not_found.html").render(), 404)
