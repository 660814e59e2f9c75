"""``GET /npd/v1/changes`` and ``POST /npd/v1/changes/again``: how far a subscriber is, and being told once more."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from population.endpoints.bearer import caller
from population.endpoints.json_bodies import json_response, read_body
from population.errors import InvalidRequest, NoSubscriber
from population.storage import feed
from population.wiring import Wiring


class AgainBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything behind position ``after``."""

    after: int


async def changes(request: Request) -> Response:
    """``{"delivered", "newest", "oldest"}`` of the caller. Raises NoSubscriber."""
    wiring, client = await caller(request)
    return json_response(await _where(wiring, client.client_id))


async def again(request: Request) -> Response:
    """Tell again what is still kept. Raises NoSubscriber, InvalidRequest."""
    wiring, client = await caller(request)
    body = await read_body(request, AgainBody)
    await _where(wiring, client.client_id)
    if not await feed.again(wiring.database, client.client_id, body.after):
        raise InvalidRequest("after: a position that was told and is still kept is expected")
    return json_response(await _where(wiring, client.client_id))


async def _where(wiring: Wiring, client_id: str) -> dict[str, int]:
    found = await feed.where(wiring.database, client_id)
    if found is None:
        raise NoSubscriber("this client has no subscription")
    return {"delivered": found.delivered, "newest": found.newest, "oldest": found.oldest}
