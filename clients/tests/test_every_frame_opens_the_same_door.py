"""Plain WSGI and plain ASGI: the same sign-in, the same refusals, against the simulator."""

from __future__ import annotations

import asyncio
import io
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey

from portalkit import asgi, wsgi
from portalkit.configuration import Configuration
from portalkit.door import Door
from portalkit.errors import EidError
from portalkit.sign_in import VerifiedIdentity
from portalkit.simulator import Simulator


class Memory:
    """The smallest portal: who signed in last, and what was seen."""

    def __init__(self) -> None:
        self.signed: list[VerifiedIdentity] = []
        self.ended: list[tuple[str, str]] = []
        self.seen: set[str] = set()

    def signed_in(self, native: Any, identity: VerifiedIdentity) -> None:
        self.signed.append(identity)

    def end_sessions(self, sub: str, sid: str) -> None:
        self.ended.append((sub, sid))

    def old_account(self, native: Any) -> None:
        return None

    def seen_before(self, jti: str) -> bool:
        known = jti in self.seen
        self.seen.add(jti)
        return known

    def refused(self, native: Any, error: EidError) -> str:
        return error.code


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    running = Simulator()
    yield running
    running.close()


def door(simulator: Simulator) -> tuple[Door, Memory]:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    ours = Configuration(
        simulator.issuer, "plain", "http://127.0.0.1:9/eid/callback", key, secrets.token_bytes(32),
        register=simulator.register,
    )  # fmt: skip
    memory = Memory()
    return Door(ours, memory), memory  # type: ignore[arg-type]


def by_wsgi(
    opened: Door, method: str, url: str, cookie: str = "", body: bytes = b""
) -> tuple[int, dict[str, str], str]:
    parts, said = urlsplit(url), {}

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        said.update({"status": status, **{name.lower(): value for name, value in headers}})

    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "HTTP_COOKIE": cookie,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    page = b"".join(
        wsgi.EidMiddleware(lambda _e, start: start("404 Not Found", []) or [b""], opened)(environ, start_response)
    )
    return int(said["status"].split()[0]), said, page.decode()


def by_asgi(
    opened: Door, method: str, url: str, cookie: str = "", body: bytes = b""
) -> tuple[int, dict[str, str], str]:
    parts, sent = urlsplit(url), []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def nothing(_scope: Any, _receive: Any, _send: Any) -> None:
        await _send({"type": "http.response.start", "status": 404, "headers": []})
        await _send({"type": "http.response.body", "body": b""})

    headers = [(b"cookie", cookie.encode()), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {
        "type": "http",
        "method": method,
        "path": parts.path,
        "query_string": parts.query.encode(),
        "headers": headers,
    }
    asyncio.run(asgi.EidMiddleware(nothing, opened)(scope, receive, send))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, sent[1]["body"].decode()


@pytest.mark.parametrize("ask", [by_wsgi, by_asgi])
def test_a_person_signs_in_once(simulator: Simulator, ask: Any) -> None:
    opened, memory = door(simulator)
    status, headers, _ = ask(opened, "GET", "/eid/start?next=/orders")
    assert status == 303
    cookie = headers["set-cookie"].split(";")[0]
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in headers["set-cookie"]
    answer = httpx.get(headers["location"]).headers["location"]
    status, headers, _ = ask(opened, "GET", answer.removeprefix("http://127.0.0.1:9"), cookie)
    assert (status, headers["location"]) == (303, "/orders")
    assert memory.signed[0].personal_id == simulator.person.personal_id
    status, _, said = ask(opened, "GET", answer.removeprefix("http://127.0.0.1:9"), cookie)
    assert (status, said, len(memory.signed)) == (400, "EID_STATE", 1)


@pytest.mark.parametrize("ask", [by_wsgi, by_asgi])
def test_a_logout_token_is_heard_and_a_repeated_parameter_is_none(simulator: Simulator, ask: Any) -> None:
    opened, memory = door(simulator)
    token = simulator.logout_token("plain", sid="s-1")
    assert ask(opened, "POST", "/eid/backchannel-logout", "", f"logout_token={token}&logout_token=x".encode())[0] == 400
    assert ask(opened, "POST", "/eid/backchannel-logout", "", f"logout_token={token}".encode())[0] == 200
    assert memory.ended == [(simulator.person.sub, "s-1")]
    assert ask(opened, "GET", "/orders")[0] == 404


@pytest.mark.parametrize("url", ["http://eid.example", "ftp://127.0.0.1"])
def test_a_provider_that_is_not_https_is_refused(url: str) -> None:
    key = ECKey.generate_key("P-256", private=True)
    with pytest.raises(ValueError, match="neither https"):
        Configuration(url, "x", "https://portal.example/eid/callback", key, secrets.token_bytes(32))
