"""A browser as far as a provider sees one: cookies, redirects inside the provider, forms with hidden fields."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from bench.load.connection import Answer, Connection
from bench.load.flows import WrongAnswer, authorization_path
from bench.load.target import Target, User

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
ACTION = re.compile(r'<form[^>]* action="([^"]+)"')


@dataclass
class Browser:
    """Cookies and redirects inside the provider, nothing else."""

    origin: str
    connection: Connection
    cookies: dict[bytes, bytes] = field(default_factory=dict)

    @property
    def cookie(self) -> bytes:
        return b"; ".join(name + b"=" + value for name, value in self.cookies.items())

    async def go(self, path: str, form: bytes | None = None) -> tuple[str, Answer]:
        """Follows redirects until a page, or an address of somebody else; returns where it ended."""
        for _ in range(8):
            method = "GET" if form is None else "POST"
            headers = b"cookie: %s\r\norigin: %s\r\naccept-language: vi\r\n" % (self.cookie, self.origin.encode())
            answer = await self.connection.request(method, path, headers, form or b"")
            for line in answer.cookies:
                name, _, value = line.partition(b";")[0].partition(b"=")
                self.cookies[name] = value
            location = answer.headers.get(b"location", b"").decode()
            if not location or urlsplit(location).netloc not in {"", urlsplit(self.origin).netloc}:
                return path, answer
            path, form = location.removeprefix(self.origin), None
        raise WrongAnswer("too many redirects")

    async def submit(self, path: str, page: Answer, **fields: str) -> tuple[str, Answer]:
        """Posts the first form of a page, with its hidden fields."""
        if page.status != 200:
            raise WrongAnswer(f"{path} answers {page.status}")
        text = page.body.decode()
        hidden, action = dict(HIDDEN.findall(text)), ACTION.search(text)
        form = "&".join(f"{name}={quote(value, safe='')}" for name, value in (hidden | fields).items())
        to = html.unescape(action.group(1)) if action else path
        return await self.go(to.removeprefix(self.origin), form.encode())


async def login_page(target: Target, user: User) -> None:
    """A browser that nobody knows comes with an authorization request and gets the page that asks who it is."""
    path, _ = await authorization_path(target, user, target.plain, pushed=False)
    _, page = await Browser(target.origin, user.connection).go(path)
    if page.status != 200 or b'name="password"' not in page.body:
        raise WrongAnswer(f"{target.name}: no login page but {page.status}")
