"""For Starlette systems: the guarding headers, the language, and the static files.

app = Starlette(routes=[Mount("/static", static_app()), …], middleware=[Middleware(SecurityHeaders)])
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from design.assets import static_dir
from design.first_visit import compressed, may_compress
from design.headers import CSP, SAME_FOR_ALL, content_security_policy
from design.language_cookie import asked_language, page_request, set_cookie
from design.page_request import PageRequest, answering

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_CSP = CSP.lower().encode()
_SAME_FOR_ALL = [(name.lower().encode(), value.encode()) for name, value in SAME_FOR_ALL.items()]
FOR_EVER = b"public, max-age=31536000, immutable"
TYPES = {
    "css": b"text/css; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "svg": b"image/svg+xml",
    "woff2": b"font/woff2",
}


class SecurityHeaders:
    """Adds every guarding header that a response did not set itself, and makes the page's nonce and language."""

    def __init__(self, app: App, form_action: Iterable[str] = ()) -> None:
        self.app = app
        self.form_action = tuple(form_action)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = {name: value.decode("latin-1") for name, value in scope["headers"]}
        query = scope["query_string"].decode("latin-1")
        cookies = sent.get(b"cookie", "")
        asked = page_request(query, cookies, sent.get(b"accept-language", ""))
        held: list[Message] = []

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = guarded(list(message.get("headers", [])), asked, self.form_action)
                held.append(message)  # until the body is there: its length may change
                return
            if held:
                start = held.pop()
                if not message.get("more_body"):
                    compress(start, message, sent.get(b"accept-encoding", ""), cookies)
                await send(start)
            await send(message)

        with answering(asked):
            await self.app(scope, receive, send_guarded)


def compress(start: Message, body: Message, accept_encoding: str, cookies: str) -> None:
    """Turns the page of a first visit into gzip; anything else stays as it is."""
    headers = {name.lower(): value for name, value in start["headers"]}
    kind = headers.get(b"content-type", b"").decode("latin-1")
    page = body.get("body", b"")
    if headers.keys() & {b"content-encoding", b"etag"} or not may_compress(kind, accept_encoding, cookies, len(page)):
        return
    body["body"] = compressed(page)
    kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    length = str(len(body["body"])).encode()
    start["headers"] = [
        *kept,
        (b"content-encoding", b"gzip"),
        (b"content-length", length),
        (b"vary", b"Accept-Encoding"),
    ]


def guarded(
    headers: list[tuple[bytes, bytes]], asked: PageRequest, form_action: Iterable[str] = ()
) -> list[tuple[bytes, bytes]]:
    """The response headers with what is missing added; an answer that is no page gets no language."""
    present = {name.lower() for name, _ in headers}
    if _CSP not in present:
        headers.append((_CSP, content_security_policy(asked.nonce, form_action).encode()))
    headers += [header for header in _SAME_FOR_ALL if header[0] not in present]
    kind = next((value for name, value in headers if name.lower() == b"content-type"), b"")
    if kind.startswith(b"text/html"):
        if b"content-language" not in present:
            headers.append((b"content-language", asked.language.encode()))
        if b"cache-control" not in present:
            headers.append((b"cache-control", b"no-store"))
        headers.append((b"vary", b"Accept-Language, Cookie"))
        if chosen := asked_language(asked.query):
            headers.append((b"set-cookie", set_cookie(chosen).encode()))
    return headers


def static_app() -> App:
    """Serves the built assets from memory, compressed where the browser takes it, to be kept for ever."""
    root = static_dir()
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        name = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        kind = TYPES.get(name.rpartition(".")[2])
        if name not in files or kind is None or scope["method"] not in ("GET", "HEAD"):
            status = 405 if name in files and kind else 404
            await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        body = files[name]
        headers = [(b"content-type", kind), (b"cache-control", FOR_EVER), (b"vary", b"Accept-Encoding")]
        accepted = dict(scope["headers"]).get(b"accept-encoding", b"")
        for encoding, ending in ((b"br", ".br"), (b"gzip", ".gz")):
            if encoding in accepted and name + ending in files:
                body = files[name + ending]
                headers.append((b"content-encoding", encoding))
                break
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    return serve
