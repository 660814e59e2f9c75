"""A browser as far as the provider sees one: cookies by host, Origin on posts, forms by field id."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from bs4 import BeautifulSoup

from wire import loopback


@dataclass
class Page:
    """One answer."""

    url: str
    response: httpx.Response

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.response.text, "html.parser")

    @property
    def text(self) -> str:
        main = self.soup.find("main") or self.soup
        return re.sub(r"\s+", " ", main.get_text(" ")).replace("\u00a0", " ")

    @property
    def error_code(self) -> str:
        found = re.search(r"(?:EID|VNEID|NPD)_[A-Z0-9_]+", self.soup.get_text(" "))
        return found.group(0) if found else ""

    def has(self, field_id: str) -> bool:
        return self.soup.find(id=field_id) is not None


@dataclass
class Browser:
    """Follows redirects inside the provider; stops at the relying party's address."""

    origin: str
    language: str = "en"
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    page: Page | None = None
    landed: str = ""
    first_hop: httpx.Response | None = None

    def __post_init__(self) -> None:
        self.http = loopback.client(timeout=30)

    def get(self, url: str) -> Page:
        return self._go("GET", url, None)

    def post(self, url: str, data: dict[str, str], **headers: str) -> Page:
        return self._go("POST", url, data, headers or {"origin": self.origin})

    def submit(self, button: str, **values: str) -> Page:
        """Press the button with this id in its form, with the form's own fields and `values`."""
        assert self.page is not None
        pressed = self.page.soup.find(id=button)
        assert pressed is not None, f"no #{button} on the page: {self.page.status} {self.page.text[:300]}"
        form = pressed.find_parent("form")
        data = {
            i["name"]: i.get("value", "")
            for i in form.find_all("input")
            if i.get("name") and i.get("type") not in {"checkbox", "submit"}
        }
        if pressed.get("name"):
            data[pressed["name"]] = pressed.get("value", "")
        return self.post(urljoin(self.page.url, form["action"]), data | values)

    def _go(self, method: str, url: str, data: Any, headers: dict[str, str] | None = None) -> Page:
        self.landed, self.first_hop = "", None
        for _ in range(12):
            url = urljoin(self.origin, url)
            parts = urlsplit(url)
            if f"{parts.scheme}://{parts.netloc}" != self.origin:
                self.landed = url
                break
            response = self.http.request(method, url, data=data, headers=self._headers(headers))
            self.first_hop = self.first_hop or response
            self._keep(response)
            self.page = Page(url, response)
            if not response.is_redirect:
                return self.page
            url, method, data, headers = urljoin(url, response.headers["location"]), "GET", None, None
        assert self.page is not None
        return self.page

    def _headers(self, more: dict[str, str] | None) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"accept-language": self.language, "cookie": cookies} | self.headers | (more or {})

    def _keep(self, response: httpx.Response) -> None:
        for header in response.headers.get_list("set-cookie"):
            pair, *attributes = [part.strip() for part in header.split(";")]
            name, _, value = pair.partition("=")
            if any(attribute.lower() == "max-age=0" for attribute in attributes):
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
