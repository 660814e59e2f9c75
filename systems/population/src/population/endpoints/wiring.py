"""What every endpoint is given: settings, database, keys; and how JSON goes in and out."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from joserfc.jwk import ECKey
from starlette.requests import Request
from starlette.responses import Response

from population.errors import InvalidRequest
from population.settings import Settings
from population.storage.database import Database

LARGEST_BODY = 16_384
T = TypeVar("T")


@dataclass(slots=True)
class Wiring:
    """Made once in `app.py`. ``outbox_has_news`` wakes the pusher."""

    settings: Settings
    database: Database
    signing_key: ECKey
    jwks: dict[str, Any]
    decoy: dict[str, Any]
    outbox_has_news: asyncio.Event = field(default_factory=asyncio.Event)


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON that nobody stores."""
    kept = {"Cache-Control": "no-store"} | (headers or {})
    return Response(msgspec.json.encode(body), status, kept, "application/json")


async def read_body(request: Request, shape: type[T]) -> T:
    """The JSON body as a struct. Raises InvalidRequest; the message names the member, never its value."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise InvalidRequest("application/json is expected")
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_BODY:
            raise InvalidRequest("the body is too large")
        chunks.append(chunk)
    try:
        return msgspec.json.decode(b"".join(chunks), type=shape)
    except msgspec.ValidationError as error:
        # Only the path is kept: a message may quote what was sent.
        _, _, path = str(error).rpartition(" - at ")
        raise InvalidRequest(f"the body is not as the contract says: {path or 'at the top'}") from None
    except (msgspec.DecodeError, UnicodeError):
        raise InvalidRequest("the body is not JSON") from None
