"""One kept-alive HTTP/1.1 connection that sends a request and awaits its answer."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import httptools


@dataclass
class Answer:
    """A whole response; header names are lower case, a repeated header keeps every value."""

    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    cookies: list[bytes] = field(default_factory=list)
    body: bytes = b""


class Connection(asyncio.Protocol):
    """Keeps one connection to `port` on loopback; reconnects when the server closed it."""

    def __init__(self, host: str, port: int) -> None:
        self.port = port
        self.host = host.encode()
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._answer = Answer()
        self._parser: Any = None
        self.times: list[tuple[float, float]] = []  # of each answer: when it came, and the milliseconds it took

    async def request(self, method: str, path: str, headers: bytes = b"", body: bytes = b"") -> Answer:
        """`headers`: whole lines, each ended by CRLF. A POST's body is a form unless they say otherwise."""
        loop = asyncio.get_running_loop()
        if self._transport is None or self._transport.is_closing():
            self._transport, _ = await loop.create_connection(lambda: self, "127.0.0.1", self.port)
        if method == "POST":
            if not headers.lower().startswith(b"content-type:"):
                headers += b"content-type: application/x-www-form-urlencoded\r\n"
            headers += b"content-length: %d\r\n" % len(body)
        self._answer, self._parser = Answer(), httptools.HttpResponseParser(self)
        self._waiting = loop.create_future()
        start = b"%s %s HTTP/1.1\r\nhost: %s\r\n" % (method.encode(), path.encode(), self.host)
        began = time.monotonic()
        self._transport.write(b"%s%s\r\n%s" % (start, headers, body))
        answer = await self._waiting
        ended = time.monotonic()
        self.times.append((ended, 1000 * (ended - began)))
        return answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error or ConnectionResetError("the server closed the connection"))

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"set-cookie":
            self._answer.cookies.append(value)
        else:
            self._answer.headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        self._answer.body += body

    def on_message_complete(self) -> None:
        self._answer.status = self._parser.get_status_code()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(self._answer)
