"""The page where a person types the code that a device shows (RFC 8628 3.3), and the page after any such answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from eid.browser.visits import Browser, Visit
from eid.grants import device
from eid.storage.interactions import Interactions
from eid.storage.pending_requests import PendingRequests
from eid.storage.rate_limits import Limit, RateLimits

PURPOSE: Final = "device"
# RFC 8628 5.1. From one address, and from everywhere: then everybody waits a moment, and nobody guesses.
WRONG_HERE: Final = Limit("user-code-wrong", 10, timedelta(minutes=10))
WRONG_ANYWHERE: Final = Limit("user-code-wrong-anywhere", 1000, timedelta(minutes=10))
ANSWERS: Final = ("allowed", "denied", "open", "over")


@dataclass(frozen=True)
class DevicePages:
    """`secret` blinds user codes."""

    secret: bytes
    browser: Browser
    interactions: Interactions
    pending: PendingRequests
    limits: RateLimits

    async def show(self, request: Request) -> Response:
        """GET /device: the field; a code in the address only fills it in, the person still has to look and press."""
        visit = await self.browser.visit(request)
        code = device.read_user_code(request.query_params.get("user_code", ""))
        return self._page(visit, "" if code is None else device.shown(code))

    async def submit(self, request: Request) -> Response:
        """POST /device: to the sign-in and the question, if somebody waits behind this code."""
        visit = await self.browser.visit(request)
        fields = await self.browser.form(visit, PURPOSE)
        typed = fields.get("user_code", "")
        code = device.read_user_code(typed)
        if code is None:
            return self._page(visit, typed[: device.MAX_TYPED], "format", HTTPStatus.UNPROCESSABLE_ENTITY)
        # guard: eid-user-code-is-not-guessed
        if not await self._may_try(visit):
            return self._page(visit, typed, "too_many", HTTPStatus.TOO_MANY_REQUESTS)
        waiting = await self.pending.find_by_user_code(device.blind(self.secret, code), visit.now)
        if waiting is None:
            return self._page(visit, typed, "unknown", HTTPStatus.UNPROCESSABLE_ENTITY)
        await self._give_back(visit)
        interaction = await self.interactions.begin(
            visit.browser_hash, waiting.content.request, None, visit.now, pending_id=waiting.id
        )
        return self.browser.redirect(visit, f"/authorize/{interaction.id}")

    async def answered(self, request: Request) -> Response:
        """GET /answered: what became of it, and that the person can put this screen away."""
        visit = await self.browser.visit(request)
        answer = request.query_params.get("answer", "")
        return self.browser.page(visit, "answered.html", answer=answer if answer in ANSWERS else "over")

    async def _may_try(self, visit: Visit) -> bool:
        here = await self.limits.reserve(WRONG_HERE, visit.address, visit.now)
        return here and await self.limits.reserve(WRONG_ANYWHERE, "", visit.now)

    async def _give_back(self, visit: Visit) -> None:
        await self.limits.refund((WRONG_HERE, visit.address), (WRONG_ANYWHERE, ""))

    def _page(self, visit: Visit, user_code: str, error: str | None = None, status: int = HTTPStatus.OK) -> Response:
        return self.browser.page(visit, "device.html", purpose=PURPOSE, status=status, user_code=user_code, error=error)
