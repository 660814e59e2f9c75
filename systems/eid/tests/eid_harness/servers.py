"""Small HTTP servers that the provider talks to: an SMS gateway, a client's logout endpoint."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


class Listener:
    """Records every POST; `answer` decides the status."""

    def __init__(self) -> None:
        self.received: list[tuple[str, dict[str, str], bytes]] = []
        self.answer: Callable[[str, bytes], int] = lambda path, body: 200
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                listener.received.append((self.path, dict(self.headers), body))
                self.send_response(listener.answer(self.path, body))
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Gateway(Listener):
    """An SMS gateway."""

    def messages(self, to: str) -> list[str]:
        sent = [json.loads(body) for _, _, body in self.received]
        return [message["text"] for message in sent if message["to"] == to]

    def code(self, to: str, *, nth: int = -1) -> str:
        """The 6-digit number of the last (nth) message to a phone."""
        found = [re.findall(r"(?<!\d)\d{6}(?!\d)", text) for text in self.messages(to)]
        return [codes[0] for codes in found if codes][nth]

    def wait_for(self, to: str, count: int, seconds: float = 8) -> list[str]:
        deadline = time.monotonic() + seconds
        while len(self.messages(to)) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.messages(to)


class LogoutEndpoint(Listener):
    """A client's backchannel_logout_uri."""

    def tokens(self) -> list[str]:
        return [parse_qs(body.decode())["logout_token"][0] for _, _, body in list(self.received)]

    def wait_for(self, count: int, seconds: float = 10) -> list[str]:
        deadline = time.monotonic() + seconds
        while len(self.received) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.tokens()
