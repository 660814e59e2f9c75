"""``PUT`` and ``DELETE /npd/v1/references/{kind}/{ref}``: a client says which account or dossier it handles now."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from population.disclosure.purposes import Reference
from population.endpoints.bearer import caller
from population.endpoints.json_bodies import json_response, read_body
from population.errors import UnknownReference
from population.storage import references


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``{}``."""


async def reference(request: Request) -> Response:
    """Open (also again) or close. Raises UnknownReference when there is none to close."""
    wiring, client = await caller(request)
    named = Reference.read(request.path_params["kind"], request.path_params["ref"])
    if request.method == "PUT":
        await read_body(request, Nothing)
        await references.open_(wiring.database, client.client_id, named)
        return json_response({"reference": str(named), "open": True})
    if not await references.close(wiring.database, client.client_id, named):
        raise UnknownReference("this client has no such reference open")
    return json_response({"reference": str(named), "open": False})
