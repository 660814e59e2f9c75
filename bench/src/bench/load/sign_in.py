"""A complete sign-in at our e-ID: password, the one-time code from the SMS gateway, consent, exchange."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass, field

import msgspec

from bench.load.browser import Browser
from bench.load.flows import authorization_path, exchange, userinfo
from bench.load.target import Target, User

CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


@dataclass(frozen=True)
class Person:
    """A made-up person with an account."""

    personal_id: str
    password: str
    phone: str


@dataclass
class Gateway:
    """An SMS gateway on loopback that keeps the last code of each phone."""

    port: int
    codes: dict[str, str] = field(default_factory=dict)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Gateway:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                message = msgspec.json.decode(await reader.readexactly(length))
                if code := CODE.search(message["text"]):
                    self.codes[message["to"]] = code.group()
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()


@dataclass
class SignIn:
    """The flow, for people in turn: nobody may sign in too often."""

    people: deque[Person]
    gateway: Gateway
    sessions: list[bytes] = field(default_factory=list)

    async def __call__(self, target: Target, user: User) -> None:
        person = self.people[0]
        self.people.rotate(-1)
        browser = Browser(target.issuer, user.connection)
        start, verifier = await authorization_path(target, user, target.plain, pushed=False, prompt="consent")
        path, page = await browser.go(start)
        path, page = await browser.submit(path, page, username=person.personal_id, password=person.password)
        path, page = await browser.submit(path, page, otp=self.gateway.codes[person.phone])
        path, page = await browser.submit(path, page, action="accept")
        tokens = await exchange(target, user, target.plain, page, verifier, dpop=False)
        await userinfo(target, user, tokens["access_token"])
        self.sessions.append(browser.cookie)
