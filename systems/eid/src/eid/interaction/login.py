"""The first screen: personal number and password.

Until the password is right, every failure reads the same and takes the same work, whether or not the number
exists. Why an account may not be used is told only after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from design.kept_pages import Hole
from eid.authenticators import password
from eid.authenticators.standing import refusal_of
from eid.interaction.flow import Flow, Place
from eid.interaction.hashing import Hashing
from eid.interaction.second_factor import SecondFactor
from eid.oidc.errors import AccessDenied
from eid.storage.accounts import Account, Accounts
from eid.storage.audit import Audit
from eid.storage.rate_limits import Counter, Limit, RateLimits
from kernel import personal_id as personal_ids

# From one address a number bears few tries; over all addresses more, so that a stranger who knows a number cannot
# easily keep its owner out.
PER_NUMBER_HERE: Final = Limit("password-number-address", 10, timedelta(minutes=15))
PER_NUMBER: Final = Limit("password-number", 50, timedelta(minutes=15))
PER_ADDRESS: Final = Limit("password-address", 200, timedelta(minutes=15))


@dataclass(frozen=True)
class Login:
    """The password screen, and the way out of it."""

    flow: Flow
    accounts: Accounts
    limits: RateLimits
    hashing: Hashing
    second_factor: SecondFactor
    audit: Audit
    test_single_factor: bool  # EID_TEST_SINGLE_FACTOR: marked people need no code

    async def show(self, request: Request) -> Response:
        """GET /sign-in/{id}."""
        place = await self.flow.place(request)
        asked = place.interaction.request
        hint = asked.login_hint if asked is not None else None
        return self._page(place, username=hint or "")

    async def submit(self, request: Request) -> Response:
        """POST /sign-in/{id}."""
        place = await self.flow.place(request)
        fields = await self.flow.form(place)
        typed, secret = fields.get("username", "")[:64], fields.get("password", "")
        try:
            number = personal_ids.normalise(typed)
        except personal_ids.PersonalIdFormat:
            return self._page(place, username=typed, error="format", status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if not secret:
            return self._page(place, username=typed, error="no_password", status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if not await self._may_try(place, number):
            return self._page(place, username=typed, error="too_many", status=HTTPStatus.TOO_MANY_REQUESTS)
        found = await self.accounts.find_credentials(number)
        account, stored = found if found is not None else (None, None)
        # guard: eid-enumeration-by-text
        if not await self.hashing.verify(stored, secret) or account is None or stored is None:
            await self.audit.write("password_wrong", account_id=None if account is None else account.id)
            return self._page(place, username=typed, error="wrong", status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return await self._password_is_right(place, account, stored, number, secret)

    async def cancel(self, request: Request) -> Response:
        """POST /sign-in/{id}/cancel: back to who asked, with nothing told."""
        place = await self.flow.place(request)
        await self.flow.form(place)
        return await self.flow.end(place, AccessDenied("the person turned back"))

    async def _password_is_right(
        self, place: Place, account: Account, stored: str, number: str, secret: str
    ) -> Response:
        if password.needs_rehash(stored):
            await self.accounts.replace_hash(account.id, stored, await self.hashing.hash(secret))
        refusal = refusal_of(account.state, account.lock_reason)
        if refusal is not None:
            await self.limits.refund(*_counters(place, number))
            await self.audit.write("sign_in_refused", account_id=account.id, code=refusal.code)
            return self.flow.page(place, "account_refused.html", status=HTTPStatus.FORBIDDEN, refusal=refusal)
        # guard: eid-single-factor-only-when-set
        if self.test_single_factor and not account.second_factor:
            await self.limits.refund(*_counters(place, number))
            await self.flow.interactions.password_was_right(place.interaction.id, account.id, place.visit.now)
            return await self.second_factor.sign_in(place, account.id, {})
        return await self.second_factor.begin(place, account.id, _counters(place, number))

    async def _may_try(self, place: Place, number: str) -> bool:
        return await self.limits.reserve_all(_counters(place, number), place.visit.now)

    def _page(self, place: Place, *, username: str, error: str | None = None, status: int = 200) -> Response:
        shown = Hole("username") if username else ""
        holes = {"username": username}
        return self.flow.page(place, "login.html", status=status, holes=holes, username=shown, error=error)


def _counters(place: Place, number: str) -> tuple[Counter, ...]:
    address = place.visit.address
    return (PER_NUMBER_HERE, f"{number} {address}"), (PER_NUMBER, number), (PER_ADDRESS, address)
