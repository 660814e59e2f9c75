"""``GET /healthz`` and ``GET /jwks``: is the register able to answer, and with which key does it sign."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from population.endpoints.json_bodies import json_response
from population.storage.database import AWAY
from population.wiring import Wiring


async def healthz(request: Request) -> Response:
    """200 while the database answers within two seconds, else 503."""
    wiring: Wiring = request.app.state.wiring
    try:
        async with asyncio.timeout(2):
            await wiring.database.pool.fetchval("select 1 from access_chain")
        ok = True
    except AWAY:
        ok = False
    body = {"system": "population", "run_id": wiring.settings.run_id, "ok": ok}
    return json_response(body, 200 if ok else 503)


async def jwks(request: Request) -> Response:
    """The JWK Set (RFC 7517 5)."""
    wiring: Wiring = request.app.state.wiring
    return json_response(wiring.jwks, headers={"Cache-Control": "public, max-age=60"})
