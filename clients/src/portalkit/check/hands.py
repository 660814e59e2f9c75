"""A browser's hands for the check: cookies and redirects, nothing else."""

from __future__ import annotations

import html
import re
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from portalkit.provider import http_client

MOST_STEPS = 12


class Hands:
    """One browser profile. `__Host-` cookies are kept on loopback http, as browsers do on this machine's names."""

    def __init__(self, portal: str) -> None:
        self.portal = portal
        self.http: httpx.Client = http_client()
        self.jars: dict[str, dict[str, str]] = {}
        self.trail: list[str] = []

    def ask(self, method: str, url: str, **more: Any) -> httpx.Response:
        """One request, cookies of its host with it; no redirect is followed."""
        url = urljoin(self.portal, url)
        jar = self.jars.setdefault(urlsplit(url).netloc, {})
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in jar.items())} if jar else {}
        answer = self.http.request(method, url, headers=headers | more.pop("headers", {}), **more)
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                gone = morsel["max-age"] == "0" or not morsel.value
                jar.pop(name, None) if gone else jar.__setitem__(name, morsel.value)
        return answer

    def follow(self, method: str, url: str, **more: Any) -> httpx.Response:
        """Until there is a page; every address on the way is in `trail`."""
        self.trail = [urljoin(self.portal, url)]
        answer = self.ask(method, url, **more)
        for _ in range(MOST_STEPS):
            if answer.status_code not in (301, 302, 303, 307):
                return answer
            self.trail.append(urljoin(self.trail[-1], answer.headers["location"]))
            answer = self.ask("GET", self.trail[-1])
        return answer

    def post_form(self, page: httpx.Response, url: str, **fields: str) -> httpx.Response:
        """Posts a form of the page: its hidden fields, and what is typed."""
        hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', page.text)
        kept = {}
        for tag in hidden:
            name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
            if name:
                kept[name.group(1)] = html.unescape(value.group(1)) if value else ""
        return self.follow(
            "POST", url, data=kept | fields, headers={"Origin": self.portal, "Referer": self.portal + "/"}
        )

    def copy(self) -> Hands:
        """Another browser with the same cookies as of now."""
        other = Hands(self.portal)
        other.jars = {host: dict(jar) for host, jar in self.jars.items()}
        return other

    def who(self, path: str) -> dict[str, Any]:
        """The portal's word on this session: `{"signed_in", "sub", "linked"}`."""
        found = self.ask("GET", path).json()
        return found if isinstance(found, dict) else {}
