"""The HTTP half: the gateway that systems post SMS to, the JSON that tests read, the page that people read."""

from __future__ import annotations

import hmac
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from design import environment
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
    templates = environment("sandbox", system="sandbox", loader_paths=[Path(__file__).parent / "templates"])
    host = origin.split("//", 1)[1]

    async def gateway(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return JSONResponse({"error": "invalid_token"}, 401)
        if int(request.headers.get("content-length", 0)) > LARGEST_SMS:
            return JSONResponse({"error": "too_large"}, 413)
        body = await request.json()
        sender = str(body.get("from", ""))
        message = store.add("sms", str(body["to"]), sender, str(body.get("reference", "")), str(body["text"]))
        return JSONResponse({"id": message.id}, 202)

    async def messages(request: Request) -> Response:
        if request.headers.get("host") != host:
            return JSONResponse({"error": "wrong_host"}, 421)
        since = request.query_params.get("since", "0")
        found = store.find(request.query_params.get("to", ""), int(since) if since.isdigit() else 0)
        return JSONResponse([message.as_json() for message in found])

    async def show(request: Request) -> Response:
        if request.headers.get("host") != host:
            return Response(status_code=421)
        return HTMLResponse(page.render(templates, request, store))

    async def health(_request: Request) -> Response:
        return JSONResponse({"system": "sandbox", "run_id": run_id, "ok": True})

    routes = [
        Route("/", show),
        Route("/api/messages", messages),
        Route("/gateway/sms", gateway, methods=["POST"]),
        Route("/healthz", health),
        Mount("/static", static_app()),
    ]
    app = Starlette(routes=routes)
    app.add_middleware(SecurityHeaders)
    return app
