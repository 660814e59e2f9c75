"""The door for plain ASGI 3. The kit's calls are blocking, so they run in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from portalkit.door import Door, Request
from portalkit.wsgi import MAX_BODY, cookies, headers_of, once

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class EidMiddleware:
    """Answers our addresses; every other goes on. The portal's hooks get the ASGI scope as `native`."""

    def __init__(self, application: Application, door: Door) -> None:
        self.application, self.door = application, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and scope["path"].startswith(("/eid/", "/.well-known/eid-relying-party"))
        request = await _read(scope, receive) if ours else None
        answer = await asyncio.to_thread(self.door.handle, request) if request else None
        if answer is None:
            await self.application(scope, receive, send)
            return
        more = scope.get("portalkit.headers", [])
        raw = [(name.lower().encode(), value.encode()) for name, value in headers_of(answer) + more]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": answer.body.encode()})


async def _read(scope: Scope, receive: Receive) -> Request:
    body, more = b"", True
    while more and len(body) < MAX_BODY:
        message = await receive()
        body += message.get("body", b"")
        more = bool(message.get("more_body"))
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True) if is_form else []
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    jar = cookies(headers.get("cookie", ""))
    return Request(scope["method"], scope["path"], once(query), once(pairs), jar, scope, body[:MAX_BODY])
