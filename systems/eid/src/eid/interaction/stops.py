"""Screens where the way ends for now, each with the reason and a way back to who asked."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from eid.interaction.flow import Flow
from eid.oidc.errors import AccessDenied, TemporarilyUnavailable, UnmetAuthenticationRequirements

NOT_VOUCHED: Final = ("mismatch", "not_found", "insufficient", "dead", "record")


@dataclass(frozen=True)
class Stops:
    """Level too low, register away, register did not vouch."""

    flow: Flow

    async def level(self, request: Request) -> Response:
        """GET /sign-in/{id}/level: an essential acr is out of reach (facts 3.5 VNEID_L1_ONLY)."""
        place = await self.flow.place(request)
        return self.flow.page(place, "level.html", status=HTTPStatus.FORBIDDEN)

    async def leave_level(self, request: Request) -> Response:
        """POST: back to who asked, which hears why."""
        place = await self.flow.place(request)
        await self.flow.form(place)
        error = UnmetAuthenticationRequirements("the account cannot reach the asked acr")
        return await self.flow.end(place, error)

    async def register_unavailable(self, request: Request) -> Response:
        """GET /sign-in/{id}/register-unavailable: try again, nothing is lost, nothing was refused."""
        place = await self.flow.place(request)
        return self.flow.page(
            place,
            "register_unavailable.html",
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            again=f"/authorize/{place.interaction.id}",
        )

    async def leave_register(self, request: Request) -> Response:
        """POST: back to who asked, which hears "temporarily unavailable", never a no."""
        place = await self.flow.place(request)
        await self.flow.form(place)
        return await self.flow.end(place, TemporarilyUnavailable("the register cannot be asked"))

    async def not_vouched(self, request: Request) -> Response:
        """GET /sign-in/{id}/not-vouched: the register answered, and did not vouch."""
        place = await self.flow.place(request)
        reason = request.query_params.get("reason", "")
        if reason not in NOT_VOUCHED:
            reason = "record"
        return self.flow.page(place, "not_vouched.html", status=HTTPStatus.FORBIDDEN, reason=reason)

    async def leave_not_vouched(self, request: Request) -> Response:
        """POST: back to who asked."""
        place = await self.flow.place(request)
        await self.flow.form(place)
        return await self.flow.end(place, AccessDenied("the register did not vouch"))
