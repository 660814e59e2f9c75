"""An address that mostly redirects, answered without the router: `/authorize` is the hottest that a browser calls.

Same headers, same refusals and same pages as every other address has; only what nobody needs on a redirect is left out.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from design.asgi import SecurityHeaders
from eid.browser.refusals import Refused
from eid.storage.database import AWAY

log = logging.getLogger("eid.browser")
Handle = Callable[[Request], Awaitable[Response]]
Refuse = Callable[[Request, Exception], Awaitable[Response]]


def direct(handle: Handle, refuse: Refuse, otherwise: ASGIApp) -> ASGIApp:
    """GET and POST go to `handle`, its faults to `refuse`; any other method goes to `otherwise`."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            response = await handle(request)
        except Exception as error:
            if not isinstance(error, (Refused, *AWAY)):
                log.exception("%s failed", scope["path"])
            response = await refuse(request, error)
        await response(scope, receive, send)

    guarded = SecurityHeaders(answer)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (guarded if scope["method"] in {"GET", "POST"} else otherwise)(scope, receive, send)

    return app
