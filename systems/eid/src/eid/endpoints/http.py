"""Raw ASGI for the endpoints that machines call: bounded bodies, form parameters, JSON answers, errors."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, NamedTuple

import msgspec

from eid.oidc import parameters
from eid.oidc.errors import (
    InsufficientScope,
    InvalidClient,
    InvalidRequest,
    InvalidToken,
    OAuthError,
    ServerError,
    TemporarilyUnavailable,
)
from eid.storage.database import AWAY

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger("eid.endpoints")
JSON: Final = (b"content-type", b"application/json")
NO_STORE: Final = (b"cache-control", b"no-store")
NO_SNIFF: Final = (b"x-content-type-options", b"nosniff")
FORM: Final = b"application/x-www-form-urlencoded"


class Answer(NamedTuple):
    """A whole response."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = (JSON, NO_STORE, NO_SNIFF)


Handler = Callable[[Scope, bytes], Awaitable[Answer]]


def json(document: Any, status: int = 200) -> Answer:
    """A JSON answer that no cache keeps."""
    return Answer(status, msgspec.json.encode(document))


def header(scope: Scope, name: bytes) -> str:
    """A request header, or an empty string. Given twice, it counts as malformed."""
    found = [value for key, value in scope["headers"] if key == name]
    if len(found) > 1:
        raise InvalidRequest("a header is given twice")
    return found[0].decode("latin-1") if found else ""


def form(scope: Scope, body: bytes) -> dict[str, str]:
    """The parameters of a form post. Raises InvalidRequest."""
    if header(scope, b"content-type").partition(";")[0].strip().lower().encode("latin-1") != FORM:
        raise InvalidRequest("the body is not a form")
    return parameters.parse(body)


def endpoint(handle: Handler, *methods: str) -> ASGIApp:
    """An ASGI application around a handler: this is the one place where errors become JSON."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in methods:
            allow = (b"allow", ", ".join(methods).encode())
            await _send(send, Answer(405, b"", (allow,)))
            return
        try:
            answer = await handle(scope, await _body(receive))
        except OAuthError as error:
            answer = failure(error)
        except AWAY:
            answer = failure(TemporarilyUnavailable("try again in a moment"))
        except Exception:  # the last resort: the caller gets the spec's word, the log the fault
            log.exception("%s failed", scope["path"])
            answer = failure(ServerError())
        await _send(send, answer)

    return app


def failure(error: OAuthError) -> Answer:
    """RFC 6749 5.2, RFC 6750 3."""
    document = {"error": error.code}
    if error.description:
        document["error_description"] = error.description
    answer = json(document, error.status)
    if isinstance(error, InvalidToken):
        challenge = f'Bearer error="{error.code}"' if error.description else "Bearer"
        answer = answer._replace(headers=(*answer.headers, (b"www-authenticate", challenge.encode())))
    if isinstance(error, InsufficientScope):
        challenge = f'Bearer error="{error.code}"'
        answer = answer._replace(headers=(*answer.headers, (b"www-authenticate", challenge.encode())))
    if isinstance(error, InvalidClient):
        answer = answer._replace(headers=(*answer.headers, (b"www-authenticate", b"private_key_jwt")))
    if error.status == 503:
        answer = answer._replace(headers=(*answer.headers, (b"retry-after", b"5")))
    return answer


async def _body(receive: Receive) -> bytes:
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InvalidRequest("the body was not sent whole")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > parameters.MAX_LENGTH:
            raise InvalidRequest("too much")
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _send(send: Send, answer: Answer) -> None:
    headers = [*answer.headers]
    if answer.status != 204:  # RFC 9110 8.6
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
