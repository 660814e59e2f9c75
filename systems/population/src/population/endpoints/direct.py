"""The endpoints that are asked most, answered without the framework: ASGI in, ASGI out (ASGI 3.0).

Owns: reading one JSON body, the fixed headers of a JSON answer. Does not own: what is answered, nor how an error reads
(`app.py` gives that).
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID, uuid4

from starlette.types import ASGIApp, Receive, Scope, Send

from design.headers import security_headers
from population.endpoints.json_bodies import LARGEST_BODY
from population.errors import InvalidRequest, TemporarilyUnavailable
from population.wiring import Wiring

Answered: TypeAlias = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True, slots=True)
class DirectCall:
    """One request: its id, its ``Authorization`` header, its body."""

    request_id: UUID
    authorization: str
    body: bytes


Handler: TypeAlias = Callable[[Wiring, DirectCall], Awaitable[bytes]]


class Direct:
    """Answers ``POST`` on its paths; everything else goes on to ``app``.

    ``refused`` turns an error into an answer, or gives None for one that it does not know.
    """

    def __init__(
        self,
        app: ASGIApp,
        routes: Mapping[str, Handler],
        wiring: Callable[[], Wiring | None],
        refused: Callable[[UUID, Exception], Answered | None],
    ) -> None:
        self._app, self._routes, self._wiring, self._refused = app, routes, wiring, refused
        # No page is made here, so the nonce that the policy names fits none.
        guarding = security_headers(secrets.token_urlsafe(16), ()) | {"Cache-Control": "no-store"}
        self._headers = [(name.lower().encode(), value.encode()) for name, value in guarding.items()]
        self._headers.append((b"content-type", b"application/json"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handler = self._routes.get(scope["path"]) if scope["type"] == "http" else None
        if handler is None:
            await self._app(scope, receive, send)
            return
        status, more, body = 405, {"Allow": "POST"}, b'{"error":"method_not_allowed"}'
        if scope["method"] == "POST":
            status, more, body = await self._answer(handler, scope, receive)
        headers = [*self._headers, (b"content-length", str(len(body)).encode())]
        headers += [(name.lower().encode(), value.encode()) for name, value in more.items()]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, handler: Handler, scope: Scope, receive: Receive) -> Answered:
        request_id = uuid4()
        try:
            wiring = self._wiring()
            if wiring is None:
                raise TemporarilyUnavailable("the register is starting")
            authorization, kind = "", b""
            for name, value in scope["headers"]:
                if name == b"authorization":
                    authorization = value.decode("latin-1")
                elif name == b"content-type":
                    kind = value
            if kind.partition(b";")[0].strip() != b"application/json":
                raise InvalidRequest("application/json is expected")
            return 200, {}, await handler(wiring, DirectCall(request_id, authorization, await _body(receive)))
        except Exception as error:
            answered = self._refused(request_id, error)
            if answered is None:
                raise
            return answered


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise InvalidRequest("the caller went away")
        body += bytes(message.get("body", b""))
        if len(body) > LARGEST_BODY:
            raise InvalidRequest("the body is too large")
        if not message.get("more_body"):
            return body
