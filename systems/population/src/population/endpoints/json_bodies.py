"""How JSON goes in and out of the register."""

from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from population.errors import InvalidRequest

LARGEST_BODY = 16_384
T = TypeVar("T")


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
    return decode(b"".join(chunks), msgspec.json.Decoder(shape))


def decode(body: bytes, decoder: "msgspec.json.Decoder[T]") -> T:
    """A JSON body as a struct. Raises InvalidRequest; the message names the member, never its value."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        # Only the path is kept: a message may quote what was sent.
        _, _, path = str(error).rpartition(" - at ")
        raise InvalidRequest(f"the body is not as the contract says: {path or 'at the top'}") from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise InvalidRequest("the body is not JSON") from None
