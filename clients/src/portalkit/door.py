"""The portal's few addresses under `/eid/`, without a framework: a request in, an answer out.

The adapters (`django_door`, `wsgi`, `asgi`) translate; `Portal` is what the portal itself has to say.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

from portalkit import linking, sign_in, tokens
from portalkit.configuration import Configuration
from portalkit.errors import EidError, LinkRefused, StateRefused, TokenRefused
from portalkit.provider import Provider
from portalkit.register import Register
from portalkit.sign_in import LINK, SIGN_IN, Pending, Proven, VerifiedIdentity

COOKIE = "__Host-eid-pending"
ENDED_BY = ("session-revoked", "account-disabled", "credential-change", "identifier-changed")


@dataclass(frozen=True)
class Request:
    """What an adapter hands in. `native` is the framework's own request, for the portal's answers."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    cookies: dict[str, str]
    native: Any = None
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What an adapter sends. A string in `cookie` is set, an empty one is deleted, None leaves it."""

    status: int
    body: str = ""
    location: str = ""
    content_type: str = "text/html; charset=utf-8"
    cookie: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OldAccount:
    """The old account signed in here by all that its own sign-in asks: id (UUID), what step 1 matched, since when."""

    id: str
    personal_id: str
    full_name: str
    birth_date: str
    signed_in_at: int
    linked: bool = False


class Portal(Protocol):
    """What the kit asks of a portal. Everything that writes is one transaction of the portal's."""

    def signed_in(self, native: Any, identity: VerifiedIdentity) -> None:
        """Begin a session of this person, with a new session id. Unknown (issuer, sub): a fresh profile, no link."""

    def end_sessions(self, sub: str, sid: str) -> None:
        """End every session of this `sub` (or of this `sid` only, when it is given)."""

    def old_account(self, native: Any) -> OldAccount | None:
        """The old account signed in here with password and code; None otherwise."""

    def policy_allows(self, account: OldAccount) -> bool:
        """Whether old sign-ins of this kind of account still count now. Asked again inside the link's transaction."""

    def ask_if_yours(self, native: Any, account: OldAccount, identity: VerifiedIdentity, token: str) -> str:
        """The page "is this account yours?", masked, with a form that posts `token` to `/eid/confirm`."""

    def link(self, native: Any, account: OldAccount, identity: VerifiedIdentity) -> None:
        """Write the link and end password, phone, sessions and pending changes of the old account, at once."""

    def seen_before(self, jti: str) -> bool:
        """Remember a token's `jti` for ten minutes; True when it was there already. Decided in the database."""

    def who(self, native: Any) -> dict[str, Any]:
        """For the conformance check only: `{"signed_in": bool, "sub": …, "linked": […]}` of this session."""

    def refused(self, native: Any, error: EidError) -> str:
        """A page in the person's language: what happened, what to do next."""


class Door:
    """The kit at work. `checked=True` serves the descriptor and `/eid/whoami` for `rp check`: in tests only."""

    def __init__(
        self,
        configuration: Configuration,
        portal: Portal,
        *,
        provider: Provider | None = None,
        register: Register | None = None,
        checked: bool = False,
        old_sign_in: dict[str, Any] | None = None,
    ) -> None:
        """`old_sign_in` names a made-up old account for the check: path, fields, and the person behind it."""
        self.configuration, self.portal, self.checked = configuration, portal, checked
        self._old_sign_in = old_sign_in
        self.provider = provider or Provider(configuration)
        self.register = register or Register(configuration)

    def handle(self, request: Request) -> Answer | None:
        """Answer one of our addresses; None for every other."""
        routes: dict[tuple[str, str], Callable[[Request], Answer]] = {
            ("GET", "/eid/start"): self._start,
            ("GET", "/eid/callback"): self._callback,
            ("GET", "/eid/confirm"): self._question,
            ("POST", "/eid/confirm"): self._confirm,
            ("POST", "/eid/backchannel-logout"): self._logout,
            ("POST", "/eid/signals"): self._signal,
        }
        if self.checked:
            routes[("GET", "/eid/whoami")] = self._who
            routes[("GET", "/.well-known/eid-relying-party")] = self._descriptor
        act = routes.get((request.method, request.path))
        if act is None:
            return None
        try:
            return act(request)
        except EidError as error:
            return Answer(error.status, self.portal.refused(request.native, error), cookie="")

    def _start(self, request: Request) -> Answer:
        intent = LINK if request.query.get("intent") == LINK else SIGN_IN
        account = self.portal.old_account(request.native) if intent == LINK else None
        if intent == LINK and account is None:
            raise LinkRefused("OLD_LOGIN_NOT_FRESH")
        url, pending = sign_in.start(
            self.provider, intent, onward=request.query.get("next", "/"), account=account.id if account else ""
        )
        return Answer(303, location=url, cookie=sign_in.seal(self.configuration.cookie_secret, pending))

    def _callback(self, request: Request) -> Answer:
        kept = sign_in.unseal(self.configuration.cookie_secret, request.cookies.get(COOKIE, ""))
        pending = kept if isinstance(kept, Pending) else None
        if pending is not None and self.portal.seen_before(f"state:{pending.state}"):
            raise StateRefused("it was used before")
        identity = sign_in.finish(self.provider, pending, request.query)
        if pending is not None and pending.intent == LINK:
            return self._ask(pending, identity)
        self.portal.signed_in(request.native, identity)
        return Answer(303, location=pending.onward if pending else "/", cookie="")

    def _ask(self, pending: Pending, identity: VerifiedIdentity) -> Answer:
        proven = Proven(pending, identity, int(time.time()))
        return Answer(303, location="/eid/confirm", cookie=sign_in.seal(self.configuration.cookie_secret, proven))

    def _proven(self, request: Request) -> Proven:
        kept = sign_in.unseal(self.configuration.cookie_secret, request.cookies.get(COOKIE, ""))
        if not isinstance(kept, Proven) or time.time() > kept.proven_at + sign_in.PENDING_SECONDS:
            raise StateRefused("nothing waits for a yes")
        return kept

    def _question(self, request: Request) -> Answer:
        proven = self._proven(request)
        account = self.portal.old_account(request.native)
        if account is None or account.id != proven.pending.account:
            raise LinkRefused("OTHER_ACCOUNT")
        page = self.portal.ask_if_yours(request.native, account, proven.identity, proven.pending.state)
        return Answer(200, page, headers={"Cache-Control": "no-store"})

    def _confirm(self, request: Request) -> Answer:
        proven = self._proven(request)
        pending, identity = proven.pending, proven.identity
        account = self.portal.old_account(request.native)
        if request.form.get("token") != pending.state or self.portal.seen_before(f"confirm:{pending.state}"):
            raise StateRefused("another form, or twice")
        if account is None:
            raise LinkRefused("OLD_LOGIN_NOT_FRESH")
        asked_at = int(time.time())
        word = self.register.verify(
            account.id, personal_id=identity.personal_id, full_name=identity.name, birth_date=identity.birthdate
        )
        facts = linking.LinkFacts(
            intent=LINK,
            started_at=pending.started_at,
            started_from=pending.account,
            account=account.id,
            old_login_at=account.signed_in_at,
            matched_personal_id=account.personal_id,
            identity_personal_id=identity.personal_id,
            identity_acr=identity.acr,
            identity_auth_time=identity.auth_time,
            asked_acr=self.configuration.acr,
            register=word,
            register_asked_at=asked_at,
            policy_allows=self.portal.policy_allows(account),
            already_linked=account.linked,
            said_yes=request.form.get("answer") == "yes",
            now=int(time.time()),
        )
        decision = linking.decide(facts)
        if decision != linking.MADE:
            raise LinkRefused(decision)
        self.portal.link(request.native, account, identity)
        self.portal.signed_in(request.native, identity)
        return Answer(303, location=pending.onward, cookie="")

    def _logout(self, request: Request) -> Answer:
        claims = self._trusted(tokens.logout_token, request.form.get("logout_token", ""))
        if self.portal.seen_before(f"logout:{claims['jti']}"):
            raise TokenRefused("it was used before")
        self.portal.end_sessions(str(claims.get("sub", "")), str(claims.get("sid", "")))
        return Answer(200, headers={"Cache-Control": "no-store"})

    def _signal(self, request: Request) -> Answer:
        """RFC 8935 2: 202, and the same event twice is heard once."""
        claims = self._trusted(tokens.event_token, request.body.decode("ascii", "replace").strip())
        if not self.portal.seen_before(f"event:{claims['jti']}"):
            for name, event in claims["events"].items():
                if name.rsplit("/", 1)[-1] in ENDED_BY:
                    self.portal.end_sessions(*_subject(claims, event))
        return Answer(202)

    def _trusted(self, check: Any, token: str) -> dict[str, Any]:
        ours = self.configuration
        told = {"issuer": ours.issuer, "client_id": ours.client_id, "now": int(time.time())}
        try:
            return dict(check(token, self.provider.keys(), **told))
        except TokenRefused as refused:
            if "not signed" not in refused.detail:
                raise
            return dict(check(token, self.provider.keys(again=True), **told))

    def _who(self, request: Request) -> Answer:
        return _json(self.portal.who(request.native))

    def _descriptor(self, _request: Request) -> Answer:
        ours = self.configuration
        return _json(
            {
                "client_id": ours.client_id,
                "redirect_uri": ours.redirect_uri,
                "issuer": ours.issuer,
                "jwks": {"keys": [ours.key.as_dict(private=False)]},
                "start": "/eid/start?" + urlencode({"next": "/"}),
                "link": "/eid/start?" + urlencode({"intent": LINK, "next": "/"}),
                "confirm": "/eid/confirm",
                "whoami": "/eid/whoami",
                "backchannel_logout": "/eid/backchannel-logout",
                "signals": "/eid/signals",
            }
            | ({"old_sign_in": self._old_sign_in} if self._old_sign_in else {})
        )


def _subject(claims: dict[str, Any], event: Any) -> tuple[str, str]:
    """RFC 9493: `sub_id` of the token, else the event's own subject."""
    subject = claims.get("sub_id") or (event.get("subject") if isinstance(event, dict) else None) or {}
    if not isinstance(subject, dict):
        return "", ""
    user = subject.get("user", subject)
    session = subject.get("session", {})
    return str(user.get("sub", "")), str(session.get("id", "")) if isinstance(session, dict) else ""


def _json(document: dict[str, Any]) -> Answer:
    return Answer(200, json.dumps(document), content_type="application/json", headers={"Cache-Control": "no-store"})
