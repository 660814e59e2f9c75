"""Who is at the browser: the pre-session that every browser gets, and the session of a signed-in person."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

import design.headers
from design.kept_pages import Hole, KeptPages
from eid.browser import forms
from eid.storage.sessions import Sessions, SignedIn

SESSION: Final = "__Host-eid_session"
BROWSER: Final = "__Host-eid_browser"
#: The one cookie that script may read, and other sites' frames of ours: see endpoints/check_session.py.
BROWSER_STATE: Final = "__Host-eid_browser_state"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass
class Visit:
    """One request of one browser. `browser` is its pre-session secret; new ones are set with the answer.

    `session_token` is the session cookie's; `is_new_session`: made by this very request, set with the answer too.
    """

    request: Request
    now: datetime
    browser: str
    known_browser: str | None
    session_token: str | None
    signed_in: SignedIn | None
    is_new_session: bool = False

    @property
    def browser_hash(self) -> bytes:
        """What is stored of the pre-session."""
        return hashlib.sha256(self.browser.encode()).digest()

    @property
    def address(self) -> str:
        """Where the request comes from, as the server (or a trusted proxy) saw it."""
        return self.request.client.host if self.request.client else ""

    @property
    def user_agent(self) -> str:
        """What the browser says it is, bounded."""
        return self.request.headers.get("user-agent", "")[:300]


@dataclass(frozen=True)
class Browser:
    """Reads visits, answers pages. One per process."""

    issuer: str
    secret: bytes
    sessions: Sessions
    pages: KeptPages

    async def visit(self, request: Request) -> Visit:
        """Read the cookies of a request and load the session behind them."""
        visit = self.stranger(request)
        if visit.session_token:
            visit.signed_in = await self.sessions.find(visit.session_token, visit.now)
        return visit

    def stranger(self, request: Request) -> Visit:
        """A visit without a look at the database: nobody is signed in yet."""
        known, token = _cookie(request, BROWSER), _cookie(request, SESSION)
        return Visit(request, datetime.now(UTC), known or secrets.token_urlsafe(32), known, token, None)

    async def form(self, visit: Visit, purpose: str) -> dict[str, str]:
        """The fields of a form that this browser got from us for this purpose."""
        return await forms.read(
            visit.request, issuer=self.issuer, secret=self.secret, browser=visit.known_browser, purpose=purpose
        )

    def page(
        self,
        visit: Visit,
        template: str,
        *,
        purpose: str = "",
        status: int = 200,
        redirect_uri: str | None = None,
        frames: Sequence[str] = (),
        holes: Mapping[str, str] | None = None,
        kept: bool = True,
        **context: Any,
    ) -> Response:
        """A page. `redirect_uri`: where its form may end besides here (CSP form-action follows redirects).

        `frames`: registered addresses that it shows in frames (Front-Channel Logout 1.0); no other may be framed.
        `holes`: the values of the Holes in the context; with them the page around them is kept (design.kept_pages),
        unless it is not `kept`.
        """
        token = forms.token_for(self.secret, visit.browser, purpose)
        render = self.pages.render if kept and holes is not None else self.pages.render_anew
        html = render(template, context | {"form_token": Hole("form_token")}, {**(holes or {}), "form_token": token})
        response = HTMLResponse(html, status)
        # guard: eid-form-action
        response.headers["content-security-policy"] = design.headers.content_security_policy(
            form_action=redirect_uri or ()
        )
        if frames:
            # guard: eid-frames-of-registered-origins
            origins = " ".join(dict.fromkeys(design.headers.origin_of(frame) for frame in frames))
            response.headers["content-security-policy"] += f"; frame-src {origins}"
        # Not no-referrer: with it a browser says "Origin: null" for our own forms, and no form could be believed.
        response.headers["referrer-policy"] = "same-origin"
        response.headers["cache-control"] = "no-store"
        return self._remember(visit, response)

    def redirect(self, visit: Visit, location: str) -> Response:
        """303 to a page of ours or to a verified redirect_uri; no referrer goes along."""
        response = RedirectResponse(location, 303)
        response.headers["referrer-policy"] = "no-referrer"
        response.headers["cache-control"] = "no-store"
        return self._remember(visit, response)

    def _remember(self, visit: Visit, response: Response) -> Response:
        if visit.known_browser is None:
            _set(response, BROWSER, visit.browser)
        if visit.is_new_session and visit.session_token is not None:
            _set(response, SESSION, visit.session_token)
            _clear_browser_state(response)
        return response


def new_session_token() -> str:
    """256 random bits for the session cookie."""
    return secrets.token_urlsafe(32)


def clear_session(response: Response) -> None:
    """Take the session cookie back."""
    response.delete_cookie(SESSION, path="/", secure=True, httponly=True, samesite="lax")
    _clear_browser_state(response)


def set_browser_state(visit: Visit, response: Response, state: str) -> None:
    """Let our frame know what clients were told (Session Management 1.0 3.2); it opens nothing."""
    if visit.is_new_session or visit.request.cookies.get(BROWSER_STATE) != state:
        cleared = BROWSER_STATE.encode() + b"="  # by `_remember`: one cookie is set once in an answer
        response.raw_headers[:] = [each for each in response.raw_headers if not each[1].startswith(cleared)]
        response.set_cookie(BROWSER_STATE, state, path="/", secure=True, httponly=False, samesite="none")


def _clear_browser_state(response: Response) -> None:
    """Signing in and signing out change it (3.2): every client asks once more."""
    response.delete_cookie(BROWSER_STATE, path="/", secure=True, httponly=False, samesite="none")


def _set(response: Response, name: str, value: str) -> None:
    """`__Host-`, Secure, HttpOnly, SameSite=Lax, gone with the browser."""
    response.set_cookie(name, value, path="/", secure=True, httponly=True, samesite="lax")


def _cookie(request: Request, name: str) -> str | None:
    value = request.cookies.get(name)
    return value if value and _TOKEN.fullmatch(value) else None
