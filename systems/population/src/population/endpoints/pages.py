"""The pages of the register: ``GET /`` says what it is, another page that there is none. They show nobody."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

import design
from kernel import country_time
from population.settings import Settings

_ = design.i18n.catalogue("population").lazy


class Pages:
    """Two templates, loaded once."""

    def __init__(self, settings: Settings) -> None:
        site = design.Site(
            name=_("Population register"),
            body=_("Plays the part of the National Population Database in the test environment"),
            contact=design.ContactBlock(_("Corrections"), [_("Commune police of your place of residence")]),
        )
        templates = design.environment(
            "population",
            system="population",
            site=site,
            clock=country_time.now,
            test_environment=settings.test_environment,
        )
        self._eid_url = settings.eid_url
        self._front = templates.get_template("front_page.html")
        self._none = templates.get_template("not_found.html")

    async def front(self, request: Request) -> Response:
        """What this register is, for whoever opens its address."""
        return HTMLResponse(self._front.render(eid_url=self._eid_url))

    def not_found(self) -> Response:
        """For people; systems get JSON."""
        return HTMLResponse(self._none.render(), 404)
