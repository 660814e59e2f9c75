"""The HTTP half: the gateway that systems post SMS to, the JSON that tests read, the pages that people read."""

from __future__ import annotations

import hmac
import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from design.asgi import SecurityHeaders, static_app
from sandbox.outbox import page
from sandbox.outbox.store import Store

LARGEST_SMS = 20_000


def create_app(store: Store, token: str, origin: str, run_id: str) -> Starlette:
    """The application.

    Args:
        store: where messages are kept.
        token: what a system must show to hand over an SMS.
        origin: of the page; other host names are refused (DNS rebinding would read codes).
        run_id: of this run, told at `/healthz`.
    """
    pages = page.templates()
    host = origin.split("//", 1)[1]

    def is_ours(request: Request) -> bool:
        # guard: outbox-host
        return request.headers.get("host") == host

    async def gateway(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return JSONResponse({"error": "invalid_token"}, 401)
        body = await request.body()
        if len(body) > LARGEST_SMS:
            return JSONResponse({"error": "too_large"}, 413)
        try:
            facts = json.loads(body)
            to, text = str(facts["to"]), str(facts["text"])
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"error": "invalid_request"}, 400)
        message = store.add("sms", to, str(facts.get("from", "")), str(facts.get("reference", "")), text)
        return JSONResponse({"id": message.id}, 202)

    async def messages(request: Request) -> Response:
        if not is_ours(request):
            return JSONResponse({"error": "wrong_host"}, 421)
        since = request.query_params.get("since", "0")
        found = store.find(request.query_params.get("to", ""), int(since) if since.isdecimal() else 0)
        return JSONResponse([message.as_json() for message in found])

    async def show_messages(request: Request) -> Response:
        return HTMLResponse(page.messages(pages, request, store)) if is_ours(request) else Response(status_code=421)

    async def show_people(request: Request) -> Response:
        return HTMLResponse(page.people(pages)) if is_ours(request) else Response(status_code=421)

    async def health(_request: Request) -> Response:
        return JSONResponse({"system": "sandbox", "run_id": run_id, "ok": True})

    routes = [
        Route("/", show_messages),
        Route("/people", show_people),
        Route("/api/messages", messages),
        Route("/gateway/sms", gateway, methods=["POST"]),
        Route("/healthz", health),
        Mount("/static", static_app()),
    ]
    app = Starlette(routes=routes)
    app.add_middleware(SecurityHeaders)
    return app
