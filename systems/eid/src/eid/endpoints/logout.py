"""/logout: RP-Initiated Logout 1.0. The clients of the session hear of it through the back channel; those that
registered a frontchannel_logout_uri are also called in frames by the browser (Front-Channel Logout 1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import Response

from eid import sessions
from eid.browser import refusals
from eid.browser.refusals import Refused
from eid.browser.visits import Browser, Visit, clear_session
from eid.clients import Client
from eid.keys import KeyRing
from eid.oidc import parameters
from eid.oidc.errors import InvalidRequest
from eid.storage.audit import Audit
from eid.storage.clients import Clients
from eid.storage.sessions import Sessions
from eid.tokens import issue
from eid.tokens.content import IdToken

PURPOSE = "logout"


@dataclass(frozen=True)
class Asked:
    """A logout request, read: who asks (if it can be told), about which ID token, and where to go then."""

    client: Client | None
    hint: IdToken | None
    post_logout_redirect_uri: str | None
    state: str | None


@dataclass(frozen=True)
class Logout:
    """The end_session endpoint."""

    issuer: str
    sid_key: bytes
    keys: KeyRing
    browser: Browser
    clients: Clients
    sessions: Sessions
    audit: Audit

    async def begin(self, request: Request) -> Response:
        """GET or POST /logout: at once when the hint names this very session, else after a question."""
        visit = await self.browser.visit(request)
        asked = await self._read(await _parameters(request))
        if visit.signed_in is None:
            return self._done(visit, asked)
        # guard: eid-logout-needs-hint-or-answer
        if self._names_this_session(visit, asked):
            return await self._end(visit, asked)
        return self.browser.page(
            visit,
            "logout.html",
            purpose=PURPOSE,
            redirect_uri=asked.post_logout_redirect_uri,
            client=asked.client,
            fields={
                "client_id": asked.client.client_id if asked.client else "",
                "post_logout_redirect_uri": asked.post_logout_redirect_uri or "",
                "state": asked.state or "",
            },
        )

    async def confirm(self, request: Request) -> Response:
        """POST /logout/confirm: the person says yes."""
        visit = await self.browser.visit(request)
        fields = await self.browser.form(visit, PURPOSE)
        asked = await self._read(fields)
        if visit.signed_in is None:
            return self._done(visit, asked)
        return await self._end(visit, asked)

    async def done(self, request: Request) -> Response:
        """GET /logout/done: signed out, nowhere to go."""
        visit = await self.browser.visit(request)
        return self.browser.page(visit, "signed_out.html")

    async def _read(self, params: Mapping[str, str]) -> Asked:
        hint = None
        if "id_token_hint" in params:
            hint = issue.read_id_token_hint(params["id_token_hint"], self.keys.all, issuer=self.issuer)
            if hint is None or params.get("client_id", hint.aud) != hint.aud:
                raise Refused(refusals.REQUEST_INVALID)
        client_id = hint.aud if hint else params.get("client_id")
        client = await self.clients.find(client_id) if client_id else None
        wanted = params.get("post_logout_redirect_uri")
        # guard: eid-open-redirect-at-logout
        if wanted is not None and (client is None or wanted not in client.post_logout_redirect_uris):
            raise Refused(refusals.REDIRECT_URI)
        return Asked(client, hint, wanted, params.get("state"))

    def _names_this_session(self, visit: Visit, asked: Asked) -> bool:
        if visit.signed_in is None or asked.hint is None or asked.client is None:
            return False
        return asked.hint.sid == sessions.sid_for(self.sid_key, visit.signed_in.session.id, asked.client.sector)

    async def _end(self, visit: Visit, asked: Asked) -> Response:
        if visit.signed_in is not None:
            session = visit.signed_in.session
            await self.sessions.end(session.id, visit.now)
            client_id = asked.client.client_id if asked.client else None
            await self.audit.write(
                "signed_out", account_id=session.account_id, client_id=client_id, session_id=session.id
            )
        frames = await self._frames(visit)
        if frames:
            onward = _onward(asked)
            response = self.browser.page(visit, "logout_frames.html", frames=frames, addresses=frames, onward=onward)
            response.headers["refresh"] = f"3; url={onward}"  # works without script; the page has a link too
        else:
            response = self._done(visit, asked)
        clear_session(response)
        return response

    async def _frames(self, visit: Visit) -> list[str]:
        """Who took part and wants a frame, with `iss` and `sid` (Front-Channel Logout 1.0 2)."""
        if visit.signed_in is None:
            return []
        session_id, frames = visit.signed_in.session.id, []
        for client_id in await self.sessions.took_part(session_id):
            client = await self.clients.find(client_id)
            if client is not None and client.frontchannel_logout_uri is not None:
                sid = sessions.sid_for(self.sid_key, session_id, client.sector)
                frames.append(_with(client.frontchannel_logout_uri, {"iss": self.issuer, "sid": sid}))
        return frames

    def _done(self, visit: Visit, asked: Asked) -> Response:
        return self.browser.redirect(visit, _onward(asked))


def _onward(asked: Asked) -> str:
    """Where the browser goes at the end: the verified address, with the state it came with; else our own page."""
    if asked.post_logout_redirect_uri is None:
        return "/logout/done"
    return _with(asked.post_logout_redirect_uri, {} if asked.state is None else {"state": asked.state})


def _with(address: str, params: dict[str, str]) -> str:
    scheme, netloc, path, query, _ = urlsplit(address)
    added = urlencode(params)
    return urlunsplit((scheme, netloc, path, f"{query}&{added}" if query and added else query or added, ""))


async def _parameters(request: Request) -> dict[str, str]:
    try:
        if request.method == "POST":
            return parameters.parse(await request.body())
        return parameters.parse(request.scope["query_string"])
    except InvalidRequest:
        raise Refused(refusals.REQUEST_INVALID) from None
