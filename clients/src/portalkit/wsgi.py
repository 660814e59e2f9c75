"""The door for plain WSGI (PEP 3333): middleware before the portal's own application."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

from portalkit.door import COOKIE, Answer, Door, Request

MAX_BODY = 64 * 1024
REASONS = {200: "OK", 202: "Accepted", 303: "See Other", 400: "Bad Request", 403: "Forbidden", 409: "Conflict"}


class EidMiddleware:
    """Answers our addresses; every other goes on. The portal's hooks get the WSGI environ as `native`."""

    def __init__(self, application: Callable[..., Iterable[bytes]], door: Door) -> None:
        self.application, self.door = application, door

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(("/eid/", "/.well-known/eid-relying-party")):
            return self.application(environ, start_response)
        answer = self.door.handle(read(environ))
        if answer is None:
            return self.application(environ, start_response)
        status = f"{answer.status} {REASONS.get(answer.status, 'Error')}"
        start_response(status, headers_of(answer) + environ.get("portalkit.headers", []))
        return [answer.body.encode()]


def read(environ: dict[str, Any]) -> Request:
    """The request; a body beyond 64 KiB is cut off and will not be believed."""
    length = min(int(environ.get("CONTENT_LENGTH") or 0), MAX_BODY)
    body = environ["wsgi.input"].read(length) if length else b""
    return Request(
        environ["REQUEST_METHOD"],
        environ["PATH_INFO"],
        once(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)),
        once(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)) if _is_form(environ) else {},
        cookies(environ.get("HTTP_COOKIE", "")),
        environ,
        body,
    )


def once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Parameters; one that comes twice is left out, so that nobody can choose which of them counts (RFC 6749 3.1)."""
    names = [name for name, _ in pairs]
    return {name: value for name, value in pairs if names.count(name) == 1}


def cookies(header: str) -> dict[str, str]:
    """By name; unreadable ones are none."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def headers_of(answer: Answer) -> list[tuple[str, str]]:
    """As WSGI and ASGI send them."""
    found = [("Content-Type", answer.content_type), ("Content-Length", str(len(answer.body.encode())))]
    found += list(answer.headers.items())
    if answer.location:
        found.append(("Location", answer.location))
    if answer.cookie is not None:
        life = "Max-Age=600" if answer.cookie else "Max-Age=0"
        found.append(("Set-Cookie", f"{COOKIE}={answer.cookie}; Path=/; Secure; HttpOnly; SameSite=Lax; {life}"))
    return found


def _is_form(environ: dict[str, Any]) -> bool:
    return str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded")
