"""What every screen of an interaction does first: find it for this browser, and say who asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from design.kept_pages import Hole
from eid.browser import refusals
from eid.browser.refusals import Refused
from eid.browser.replies import Replies
from eid.browser.visits import Browser, Visit
from eid.clients import Client
from eid.oidc import errors
from eid.storage.clients import Clients
from eid.storage.interactions import Interaction, Interactions
from eid.storage.pending_requests import PendingRequests, Waiting

ANSWERED: Final = "/answered"


@dataclass(frozen=True)
class Place:
    """Where a person stands: the visit, the interaction, and the client that asks (None: the owner's page).

    `waiting` is the request of another screen that is answered here (a device's, or CIBA's).
    """

    visit: Visit
    interaction: Interaction
    client: Client | None
    waiting: Waiting | None = None

    def is_for(self, account_id: UUID) -> bool:
        """Whether this person may see and answer it: CIBA asks one person (CIBA Core 1.0 7.1)."""
        # guard: eid-ciba-page-is-for-the-asked-person
        return self.waiting is None or self.waiting.account_id in {None, account_id}

    @property
    def redirect_uri(self) -> str | None:
        """Where a form of this interaction may end."""
        return None if self.interaction.request is None else self.interaction.request.redirect_uri or None


@dataclass(frozen=True)
class Flow:
    """Shared by the screens."""

    browser: Browser
    replies: Replies
    interactions: Interactions
    clients: Clients
    pending: PendingRequests
    go_on: Callable[[Visit, Interaction], Awaitable[Response]]  # /authorize, which decides what is next

    async def place(self, request: Request) -> Place:
        """Raises Refused (410) when the interaction is over, or another browser's."""
        visit = await self.browser.visit(request)
        interaction = await self.interactions.find(request.path_params["interaction_id"], visit.browser_hash, visit.now)
        if interaction is None:
            raise Refused(refusals.SIGN_IN_OVER, HTTPStatus.GONE)
        client = None
        if interaction.request is not None:
            client = await self.clients.find(interaction.request.client_id)
            if client is None:
                raise Refused(refusals.CLIENT_UNKNOWN)
        return Place(visit, interaction, client, await self._waiting(visit, interaction))

    async def _waiting(self, visit: Visit, interaction: Interaction) -> Waiting | None:
        if interaction.pending_id is None:
            return None
        waiting = await self.pending.find(interaction.pending_id, visit.now)
        if waiting is None:
            raise Refused(refusals.REQUEST_OVER, HTTPStatus.GONE)
        return waiting

    async def form(self, place: Place) -> dict[str, str]:
        """The fields of a form of this interaction."""
        return await self.browser.form(place.visit, place.interaction.id)

    def page(
        self,
        place: Place,
        template: str,
        *,
        status: int = 200,
        holes: Mapping[str, str] | None = None,
        **context: Any,
    ) -> Response:
        """A screen of this interaction. `holes`: the values of the Holes in the context (design.kept_pages)."""
        base = f"/sign-in/{place.interaction.id}"
        return self.browser.page(
            place.visit,
            template,
            purpose=place.interaction.id,
            status=status,
            redirect_uri=place.redirect_uri,
            holes={**(holes or {}), "base": base},
            kept=holes is not None and place.waiting is None and not context.get("details"),
            client=place.client,
            waiting=place.waiting,
            base=Hole("base"),
            **context,
        )

    def go(self, place: Place, screen: str) -> Response:
        """To another screen of this interaction."""
        return self.browser.redirect(place.visit, f"/sign-in/{place.interaction.id}{screen}")

    def back(self, place: Place) -> Response:
        """To /authorize, which decides what is next: where this request changed nothing."""
        return self.browser.redirect(place.visit, f"/authorize/{place.interaction.id}")

    async def end(self, place: Place, error: errors.OAuthError) -> Response:
        """Close the interaction and tell the client; without a client, to the start page."""
        if not await self.interactions.finish(place.interaction.id, place.visit.now):
            raise Refused(refusals.SIGN_IN_OVER, HTTPStatus.GONE)
        asked = place.interaction.request
        if asked is None:
            return self.browser.redirect(place.visit, "/")
        if place.waiting is not None:
            return self.browser.redirect(place.visit, await self._end_waiting(place.visit, place.waiting, error))
        return self.replies.error(place.visit, asked.reply_to, error)

    async def _end_waiting(self, visit: Visit, waiting: Waiting, error: errors.OAuthError) -> str:
        """The other screen hears a no from who may say it; walking away, or a register that is away, is no answer."""
        signed_in = visit.signed_in
        if signed_in is None or isinstance(error, errors.TemporarilyUnavailable):
            return f"{ANSWERED}?answer=open"
        denied = await self.pending.deny(waiting.id, signed_in.account.id, visit.now)
        return f"{ANSWERED}?answer={'denied' if denied else 'over'}"
