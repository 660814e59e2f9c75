"""Who is at the door, and which of his forms is believed."""

import hmac
import secrets
from typing import Any
from urllib.parse import parse_qsl

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from design.page_request import current
from population.doors.frame import own_navigation, staff_navigation, templates
from population.settings import Settings
from population.sign_in.identity import IdentityRefused, read
from population.sign_in.provider import EidRefused, EidUnavailable
from population.storage import visits
from population.storage.visits import Guest, Pending, Visit
from population.wiring import Wiring

VISIT, BROWSER = "__Host-npd-visit", "__Host-npd-browser"
_LONGEST_FORM = 20_000
_PLACES = ("/cua-toi", "/can-bo")


class Refusal(Exception):
    """A page that says no: a template, its status, what it shows."""

    def __init__(self, status: int, template: str = "refused.html", **shown: Any) -> None:
        super().__init__(template)
        self.status, self.template, self.shown = status, template, shown


class Door:
    """Made once for the process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.templates: jinja2.Environment = templates(settings)

    def page(self, template: str, visit: Visit | None = None, status: int = 200, **shown: Any) -> HTMLResponse:
        """A page; of somebody's own it is kept in no cache."""
        frame: dict[str, Any] = {}
        if visit is not None:
            frame = {
                "person": visit.guest.full_name,
                "sign_out_action": "/dang-xuat",
                "form_token": self._token(visit),
                "navigation": own_navigation() + staff_navigation(visit.duties),
            }
        text = self.templates.get_template(template).render(**frame, **shown)
        # Without a referrer a browser sends `Origin: null` with a form, and it would not be believed.
        return HTMLResponse(text, status, {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"})

    def refused(self, refusal: Refusal) -> HTMLResponse:
        return self.page(refusal.template, None, refusal.status, **refusal.shown)

    async def visit(self, request: Request, duty: str = "") -> Visit:
        """Who is signed in; with a ``duty`` only an officer who has it. Raises Refusal: sign in first, or no."""
        wiring: Wiring = request.app.state.wiring
        cookie = request.cookies.get(VISIT, "")
        found = await visits.get(wiring.database, cookie) if cookie else None
        if found is None:
            raise Refusal(403, "sign_in.html", then=request.url.path)
        # guard: npd-staff-pages-need-the-duty
        if duty and duty not in found.duties:
            raise Refusal(403, "no_duty.html")
        return found

    async def form(self, request: Request, visit: Visit) -> dict[str, str]:
        """The fields of a form that this page made for this visit. Raises Refusal."""
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _LONGEST_FORM:
                raise Refusal(413, why="too_large")
        fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        origin = request.headers.get("origin")
        # guard: npd-form-origin
        if origin != self._settings.origin:
            raise Refusal(403, why="form")
        # guard: npd-form-token
        if not hmac.compare_digest(fields.get("form_token", "").encode(), self._token(visit).encode()):
            raise Refusal(403, why="form")
        return {name: value.strip().replace("\0", "") for name, value in fields.items()}

    def _token(self, visit: Visit) -> str:
        return hmac.new(visit.id.encode(), b"form", "sha256").hexdigest()

    async def start(self, request: Request) -> Response:
        """``GET /vneid/bat-dau``: go and sign in at the e-ID, at level 2."""
        wiring: Wiring = request.app.state.wiring
        then = request.query_params.get("next", "")
        # guard: npd-goes-on-to-its-own-pages
        then = then if then.startswith(_PLACES) and "//" not in then and "\\" not in then else "/cua-toi"
        state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        pending = Pending(secrets.token_urlsafe(24), secrets.token_urlsafe(48), then)
        try:
            address = await wiring.provider.start(state, pending.nonce, pending.verifier, current().language)
        except (EidUnavailable, EidRefused):
            raise Refusal(503, why="eid") from None
        await visits.keep_state(wiring.database, state, browser, pending)
        answer = RedirectResponse(address, 303, {"Cache-Control": "no-store"})
        _give(answer, BROWSER, browser, 600)
        return answer

    async def callback(self, request: Request) -> Response:
        """``GET /vneid/tro-ve``: the e-ID's answer."""
        wiring: Wiring = request.app.state.wiring
        provider, asked = wiring.provider, request.query_params
        pending = await visits.take_state(wiring.database, asked.get("state", ""), request.cookies.get(BROWSER, ""))
        # guard: npd-answer-names-its-issuer
        if pending is None or asked.get("iss") != provider.issuer:
            raise Refusal(400, why="state")
        if "code" not in asked:
            raise Refusal(403, why="denied")
        try:
            id_token, userinfo = await provider.redeem(asked["code"], pending.verifier)
            known = {"issuer": provider.issuer, "client_id": provider.client_id, "nonce": pending.nonce}
            try:
                person = read(id_token, userinfo, await provider.jwks(), **known)
            except IdentityRefused:
                person = read(id_token, userinfo, await provider.jwks(again=True), **known)
        except EidUnavailable:
            raise Refusal(503, why="eid") from None
        except (EidRefused, IdentityRefused):
            raise Refusal(403, why="denied") from None
        visit = await visits.begin(wiring.database, Guest(person.personal_id, person.full_name))
        answer = RedirectResponse(pending.then, 303, {"Cache-Control": "no-store"})
        _give(answer, VISIT, visit, int(visits.VISIT_LIFE.total_seconds()))
        answer.delete_cookie(BROWSER, secure=True, httponly=True, samesite="lax")
        return answer

    async def leave(self, request: Request) -> Response:
        """``POST /dang-xuat``."""
        visit = await self.visit(request)
        await self.form(request, visit)
        await visits.end(request.app.state.wiring.database, visit.id)
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(VISIT, secure=True, httponly=True, samesite="lax")
        return answer


def _give(answer: Response, name: str, value: str, seconds: int) -> None:
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")
