"""A citizen who links an old account over HTTP: the old sign-in, the e-ID sign-in, "this is mine"."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from bench.country import CODE
from bench.load.connection import Answer, Connection
from bench.load.flows import WrongAnswer

_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_VALUE = re.compile(r'\b(name|value|action)="([^"]*)"')
PATIENCE_S = 30.0

#: Called around the last form, the act that links: what is measured there is the link act itself.
Act = Callable[[Awaitable["Page"]], Awaitable["Page"]]


@dataclass(frozen=True)
class OldAccount:
    """Somebody ready to link: matched old account, e-ID of level 2; each side has a phone of its own."""

    personal_id: str
    portal_phone: str
    eid_phone: str
    portal_password: str
    eid_password: str


@dataclass(frozen=True)
class Page:
    """Where a request ended."""

    url: str
    text: str


@dataclass
class Citizen:
    """One browser: a connection to each site, cookies of each, redirects across them."""

    outbox: str
    _connections: dict[str, Connection] = field(default_factory=dict)
    _cookies: dict[str, dict[bytes, bytes]] = field(default_factory=dict)

    async def link(self, national: str, person: OldAccount, act: Act | None = None) -> None:
        """From the portal's sign-in page to the page that says linked. Raises WrongAnswer."""
        page = await self.go(f"{national}/dang-nhap")
        page = await self.submit(page, "login-submit", identifier=person.personal_id, password=person.portal_password)
        page = await self.submit(page, "otp-submit", otp=await self.code(person.portal_phone))
        page = await self.submit(page, "link-start")
        page = await self.submit(page, "login-submit", username=person.personal_id, password=person.eid_password)
        page = await self.submit(page, "otp-submit", otp=await self.code(person.eid_phone))
        linking = self.submit(page, "link-mine")
        page = await (linking if act is None else act(linking))
        if "data-link" not in page.text:
            raise WrongAnswer(f"not linked: {page.url}")

    async def go(self, url: str, form: bytes | None = None) -> Page:
        """Follows redirects to a page."""
        for _ in range(12):
            answer = await self._ask(url, form)
            location = answer.headers.get(b"location")
            if not location:
                if answer.status != 200:
                    raise WrongAnswer(f"{url.partition('?')[0]} answers {answer.status}")
                return Page(url, answer.body.decode())
            url, form = urljoin(url, location.decode()), None
        raise WrongAnswer("too many redirects")

    async def submit(self, page: Page, button: str, **fields: str) -> Page:
        """Posts the form that has this button."""
        for attributes, inside in _FORM.findall(page.text):
            pressed = re.search(rf'<button\b[^>]*\bid="{button}"[^>]*>', inside)
            if pressed is None:
                continue
            said = dict(_VALUE.findall(pressed.group()))
            values = dict(_HIDDEN.findall(inside)) | fields
            if "name" in said:
                values[said["name"]] = said.get("value", "")
            action = html.unescape(dict(_VALUE.findall(attributes)).get("action", ""))
            form = "&".join(f"{name}={quote(html.unescape(value), safe='')}" for name, value in values.items())
            return await self.go(urljoin(page.url, action), form.encode())
        raise WrongAnswer(f"{page.url.partition('?')[0]} has no {button}")

    async def code(self, phone: str) -> str:
        """The newest code that was sent to a phone."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_S
        while loop.time() < until:
            answer = await self._ask(f"{self.outbox}/api/messages?to={phone}&since=0", None)
            for message in reversed(msgspec.json.decode(answer.body)):
                if found := CODE.search(message["text"]):
                    return found.group()
            await asyncio.sleep(0.05)
        raise WrongAnswer("no code came")

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()

    async def _ask(self, url: str, form: bytes | None) -> Answer:
        parts = urlsplit(url)
        connection = self._connections.setdefault(parts.netloc, Connection(parts.netloc, parts.port or 80))
        cookies = self._cookies.setdefault(parts.netloc, {})
        headers = b"cookie: %s\r\naccept-language: vi\r\n" % b"; ".join(b"=".join(each) for each in cookies.items())
        if form is not None:
            headers += f"origin: {parts.scheme}://{parts.netloc}\r\n".encode()
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        answer = await connection.request("GET" if form is None else "POST", path, headers, form or b"")
        for line in answer.cookies:
            name, _, value = line.partition(b";")[0].partition(b"=")
            if b"max-age=0" in line.lower():
                cookies.pop(name, None)
            else:
                cookies[name] = value
        return answer
