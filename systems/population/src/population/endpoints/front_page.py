"""``GET /``: what this register is, for whoever opens its address. It asks for nothing and shows nobody."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

import design
from kernel import country_time
from population.settings import Settings

_ = design.i18n.catalogue("population").lazy


def front_page(settings: Settings) -> Callable[[Request], Awaitable[Response]]:
    """The handler, with its templates loaded once."""
    site = design.Site(
        name=_("Population register"),
        body=_("Plays the part of the National Population Database in the test environment"),
        contact=design.ContactBlock(_("Corrections"), [_("Commune police of your place of residence")]),
    )
    pages = design.environment(
        "population",
        system="population",
        site=site,
        clock=country_time.now,
        test_environment=settings.test_environment,
    )
    template = pages.get_template("front_page.html")

    async def page(request: Request) -> Response:
        return HTMLResponse(template.render(eid_url=settings.eid_url))

    return page
