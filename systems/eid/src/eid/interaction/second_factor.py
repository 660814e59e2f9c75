"""The second screen: the 6-digit code by SMS."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

import design.formats
import design.i18n
from design.kept_pages import Hole
from eid.authenticators import one_time_code
from eid.authenticators.one_time_code import Challenge, Verdict
from eid.browser.presentation import clock
from eid.browser.refusals import Refused
from eid.browser.visits import new_session_token
from eid.interaction.consent import ConsentScreen
from eid.interaction.flow import Flow, Place
from eid.oidc.errors import AccessDenied
from eid.storage.accounts import Accounts, Person
from eid.storage.audit import Audit
from eid.storage.database import AWAY
from eid.storage.one_time_codes import OneTimeCodes
from eid.storage.rate_limits import Counter, Limit, RateLimits
from eid.storage.sessions import Sessions
from wire.delivery import Delivery, DeliveryFailed

SENT: Final = Limit("otp-sent", 40, timedelta(minutes=15))
WRONG: Final = Limit("otp-wrong", 20, timedelta(hours=1))
PASSWORD_LASTS: Final = timedelta(minutes=15)

messages = design.i18n.catalogue("eid")
_ = messages.gettext


@dataclass(frozen=True)
class SecondFactor:
    """Send, ask, judge; then the browser is signed in."""

    flow: Flow
    secret: bytes
    accounts: Accounts
    codes: OneTimeCodes
    limits: RateLimits
    sessions: Sessions
    delivery: Delivery
    audit: Audit
    consent: ConsentScreen

    async def show(self, request: Request) -> Response:
        """GET /sign-in/{id}/code."""
        place = await self.flow.place(request)
        if _is_done(place):
            return self.flow.back(place)
        account_id = place.interaction.account_id
        if account_id is None or not _waits(place):
            return self.flow.go(place, "")
        return await self._page(place, account_id)

    async def submit(self, request: Request) -> Response:
        """POST /sign-in/{id}/code: a typed code, or the wish for a new one."""
        place = await self.flow.place(request)
        fields = await self.flow.form(place)
        if _is_done(place):
            return self.flow.back(place)
        account_id = place.interaction.account_id
        if account_id is None or not _waits(place):
            return self.flow.go(place, "")
        if fields.get("action") == "resend":
            return await self._again(place, account_id)
        if fields.get("action") == "deny":
            await self.consent.note("consent_denied", place, account_id)
            return await self.flow.end(place, AccessDenied("the person did not consent"))
        typed = "".join(fields.get("otp", "").split())
        if len(typed) != one_time_code.DIGITS or not typed.isascii() or not typed.isdigit():
            return await self._page(
                place, account_id, error="format", status=HTTPStatus.UNPROCESSABLE_ENTITY, fields=fields
            )
        if not await self.limits.reserve(WRONG, str(account_id), place.visit.now):
            return await self._page(place, account_id, error="too_many", status=HTTPStatus.TOO_MANY_REQUESTS)
        mac = one_time_code.mac(self._key, place.interaction.id, account_id, typed)
        judged = await self.codes.attempt(place.interaction.id, mac, place.visit.now)
        verdict = Verdict.SPENT if judged is None else judged[0]
        if verdict is Verdict.RIGHT:
            await self.limits.refund((WRONG, str(account_id)))
            return await self.sign_in(place, account_id, fields)
        await self.audit.write("otp_refused", account_id=account_id, verdict=verdict.value)
        return await self._page(
            place, account_id, error=verdict.value, status=HTTPStatus.UNPROCESSABLE_ENTITY, fields=fields
        )

    async def begin(self, place: Place, account_id: UUID, refund: Sequence[Counter]) -> Response:
        """The password was right: keep that, give back what its try was counted in, and send a code."""
        if place.interaction.account_id not in {None, account_id}:
            await self.codes.withdraw(place.interaction.id)  # it went to somebody else
        person = await self.accounts.person(account_id)
        now, interaction_id = place.visit.now, place.interaction.id
        may_send = await self.limits.reserve_all([(SENT, str(account_id))], now, refund=refund)
        if person.phone is None or not may_send:
            await self.flow.interactions.password_was_right(interaction_id, account_id, now)
            return await self._cannot_send(place, account_id, person)
        code, challenge = self._make(place, account_id)
        kept = await self.codes.put_after_password(
            interaction_id, account_id, challenge, not_after=now - one_time_code.RESEND_AFTER
        )
        if not kept:
            return self.flow.go(place, "/code")
        return await self._deliver(place, account_id, person.phone, code)

    async def _again(self, place: Place, account_id: UUID) -> Response:
        """Send a new code, unless the last one is younger than 60 s; then show the screen."""
        now = place.visit.now
        person = await self.accounts.person(account_id)
        if person.phone is None or not await self.limits.reserve(SENT, str(account_id), now):
            return await self._cannot_send(place, account_id, person)
        code, challenge = self._make(place, account_id)
        if not await self.codes.put(place.interaction.id, challenge, not_after=now - one_time_code.RESEND_AFTER):
            return await self._page(place, account_id, error="resend_wait", status=HTTPStatus.TOO_MANY_REQUESTS)
        return await self._deliver(place, account_id, person.phone, code)

    async def _cannot_send(self, place: Place, account_id: UUID, person: Person) -> Response:
        if person.phone is None:
            return self.flow.page(place, "no_phone.html", status=HTTPStatus.FORBIDDEN)
        return await self._page(place, account_id, error="too_many", status=HTTPStatus.TOO_MANY_REQUESTS)

    def _make(self, place: Place, account_id: UUID) -> tuple[str, Challenge]:
        code = one_time_code.make()
        mac = one_time_code.mac(self._key, place.interaction.id, account_id, code)
        return code, Challenge(mac, place.visit.now)

    async def _deliver(self, place: Place, account_id: UUID, phone: str, code: str) -> Response:
        try:
            await self.delivery.asms(phone, self._text(place, code), f"sign-in:{place.interaction.id}")
        except DeliveryFailed:
            await self.codes.withdraw(place.interaction.id)
            await self.audit.write("otp_not_sent", account_id=account_id)
            return await self._page(place, account_id, error="not_sent", status=HTTPStatus.SERVICE_UNAVAILABLE)
        await self.audit.write("otp_sent", account_id=account_id)
        return self.flow.go(place, "/code")

    async def sign_in(self, place: Place, account_id: UUID, fields: dict[str, str]) -> Response:
        """All that was asked for is proven: the browser gets its session, under a new secret."""
        # guard: eid-session-fixation
        token = new_session_token()
        session = await self.sessions.sign_in(
            interaction_id=place.interaction.id,
            account_id=account_id,
            new_token=token,
            old_token=place.visit.session_token,
            user_agent=place.visit.user_agent,
            now=place.visit.now,
            client_id=place.client.client_id if place.client else None,
        )
        # guard: eid-consent-with-code-was-shown
        consent_id = None
        if fields.get("consent") == str(account_id) and await self.consent.rides_on_the_code(place, account_id):
            consent_id = await self.consent.keep(place, account_id, session.id, fields)
        visit = replace(place.visit, session_token=token, is_new_session=True)
        here = {"account_id": account_id, "session_id": session.id, "consent_id": consent_id}
        try:
            return await self.flow.go_on(visit, msgspec.structs.replace(place.interaction, **here))
        except (Refused, *AWAY):
            # The session stands; the browser gets it, and comes again to be told why it does not go on.
            return self.flow.back(replace(place, visit=visit))

    async def _page(
        self,
        place: Place,
        account_id: UUID,
        *,
        error: str | None = None,
        status: int = 200,
        fields: dict[str, str] | None = None,
    ) -> Response:
        challenge = await self.codes.find(place.interaction.id)
        person = await self.accounts.person(account_id)
        asked = place.interaction.request if await self.consent.rides_on_the_code(place, account_id) else None
        holes = {"phone": design.formats.mask_phone(person.phone or ""), "account_id": str(account_id)}
        if challenge is not None:
            holes["sent"] = clock(challenge.sent_at)
            holes["until"] = clock(challenge.sent_at + one_time_code.LIFETIME)
            holes["resend_in"] = str(_seconds_until_resend(challenge, place.visit.now))
        return self.flow.page(
            place,
            "code.html",
            status=status,
            holes=holes,
            error=error,
            phone=Hole("phone"),
            sent=None if challenge is None else Hole("sent"),
            until=None if challenge is None else Hole("until"),
            tries_left=0 if challenge is None else one_time_code.tries_left(challenge),
            resend_in=0 if challenge is None else Hole("resend_in"),
            account_id=Hole("account_id"),
            # Names of the items, never their values: whoever is here has not proven to be the person yet.
            required=() if asked is None else asked.required_items,
            optional=() if asked is None else asked.optional_items,
            ticked=tuple(name for name in fields or {} if name.startswith("item-")),
        )

    @property
    def _key(self) -> bytes:
        return hmac.digest(self.secret, b"one-time code", hashlib.sha256)

    def _text(self, place: Place, code: str) -> str:
        whom = place.client.organization.get(design.page_request.current().language) if place.client else ""
        if whom:
            return _(
                "%(code)s is your VNeID code for signing in to %(whom)s. It is good for 3 minutes."
                " Do not tell this code to anyone, not even an official.",
                code=code,
                whom=whom,
            )
        return _(
            "%(code)s is your VNeID sign-in code. It is good for 3 minutes."
            " Do not tell this code to anyone, not even an official.",
            code=code,
        )


def _waits(place: Place) -> bool:
    """Whether the password was proven in this interaction, a short while ago."""
    at = place.interaction.password_at
    # guard: eid-second-factor-needs-the-first
    return at is not None and place.visit.now < at + PASSWORD_LASTS


def _is_done(place: Place) -> bool:
    """Whether this interaction's login stands already: the answer to a double click, or the back button."""
    signed_in = place.visit.signed_in
    return signed_in is not None and signed_in.session.id == place.interaction.session_id


def _seconds_until_resend(challenge: Challenge, now: datetime) -> int:
    return max(0, int((one_time_code.resend_at(challenge) - now).total_seconds()))
