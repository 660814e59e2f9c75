"""Raw ASGI for the endpoints that machines call: bounded bodies, form parameters, JSON answers, errors."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, NamedTuple

import msgspec

from eid.oidc import parameters
from eid.oidc.algorithms import STRONG
from eid.oidc.errors import (
    InsufficientScope,
    InvalidClient,
    InvalidDpopProof,
    InvalidRequest,
    InvalidToken,
    OAuthError,
    ServerError,
    TemporarilyUnavailable,
    UseDpopNonce,
)
from eid.storage.database import AWAY, NOT_TO_BE_KEPT

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

    def with_headers(self, *more: tuple[bytes, bytes]) -> Answer:
        """The same answer with more headers."""
        return self._replace(headers=(*self.headers, *more)) if more else self


Handler = Callable[[Scope, bytes], Awaitable[Answer]]


def json(document: Any, status: int = 200) -> Answer:
    """A JSON answer that no cache keeps."""
    return Answer(status, msgspec.json.encode(document))


def headers(scope: Scope, name: bytes) -> list[str]:
    """Every value of a request header."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def header(scope: Scope, name: bytes) -> str:
    """A request header, or an empty string. Given twice, it counts as malformed."""
    found = headers(scope, name)
    if len(found) > 1:
        raise InvalidRequest("a header is given twice")
    return found[0] if found else ""


def form(scope: Scope, body: bytes) -> dict[str, str]:
    """The parameters of a form post. Raises InvalidRequest."""
    if header(scope, b"content-type").partition(";")[0].strip().lower().encode("latin-1") != FORM:
        raise InvalidRequest("the body is not a form")
    return parameters.parse(body)


def endpoint(handle: Handler, *methods: str, resource: str = "") -> ASGIApp:
    """An ASGI application around a handler: this is the one place where errors become JSON.

    `resource` says that tokens are used here (RFC 6750 3), not given out: it is where this protected resource
    describes itself (RFC 9728 3).
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in methods:
            allow = (b"allow", ", ".join(methods).encode())
            await _send(send, Answer(405, b"", (allow,)))
            return
        try:
            answer = await handle(scope, await _body(receive))
        except OAuthError as error:
            answer = failure(error, resource=resource)
        except AWAY:
            answer = failure(TemporarilyUnavailable("try again in a moment"))
        except NOT_TO_BE_KEPT:
            answer = failure(InvalidRequest("a value holds a control character"))
        except Exception:  # the last resort: the caller gets the spec's word, the log the fault
            log.exception("%s failed", scope["path"])
            answer = failure(ServerError())
        await _send(send, answer)

    return app


def failure(error: OAuthError, *, resource: str = "") -> Answer:
    """RFC 6749 5.2, RFC 6750 3, RFC 9449 5, 7.1 and 8."""
    document = {"error": error.code}
    if error.description:
        document["error_description"] = error.description
    refused_use = isinstance(error, (InvalidToken, InsufficientScope)) or (
        bool(resource) and isinstance(error, InvalidDpopProof)
    )
    answer = json(document, 401 if refused_use and error.status == 400 else error.status)
    more: list[tuple[bytes, bytes]] = []
    if refused_use:
        more += _challenges(error, resource)
    elif isinstance(error, InvalidClient):
        more.append((b"www-authenticate", f'{error.scheme} realm="eid"'.encode()))
    if isinstance(error, UseDpopNonce):
        more.append((b"dpop-nonce", error.nonce.encode()))
    if error.status == 503:
        more.append((b"retry-after", b"5"))
    return answer.with_headers(*more)


def _challenges(error: OAuthError, resource: str) -> list[tuple[bytes, bytes]]:
    """How to come again. Who showed nothing is told every way, and no error (RFC 6750 3.1)."""
    algorithms = f'algs="{" ".join(STRONG)}"'
    if isinstance(error, InvalidToken) and not error.description:
        ways = ["Bearer", f"DPoP {algorithms}"]
    else:
        scheme = "DPoP" if isinstance(error, InvalidDpopProof) else getattr(error, "scheme", "Bearer")
        said = f'{scheme} error="{error.code}", error_description="{error.description}"'
        ways = [f"{said}, {algorithms}" if scheme == "DPoP" else said]
    if resource:  # RFC 9728 5.1
        ways = [f'{way}{", " if "=" in way else " "}resource_metadata="{resource}"' for way in ways]
    return [(b"www-authenticate", way.encode()) for way in ways]


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
