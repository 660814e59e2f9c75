"""What every screen of an interaction does first: find it for this browser, and say who asks."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from eid.browser import refusals
from eid.browser.refusals import Refused
from eid.browser.visits import Browser, Visit
from eid.clients import Client
from eid.grants import response
from eid.oidc import errors
from eid.storage.clients import Clients
from eid.storage.interactions import Interaction, Interactions


@dataclass(frozen=True)
class Place:
    """Where a person stands: the visit, the interaction, and the client that asks (None: the owner's page)."""

    visit: Visit
    interaction: Interaction
    client: Client | None

    @property
    def redirect_uri(self) -> str | None:
        """Where a form of this interaction may end."""
        return None if self.interaction.request is None else self.interaction.request.redirect_uri


@dataclass(frozen=True)
class Flow:
    """Shared by the screens."""

    issuer: str
    browser: Browser
    interactions: Interactions
    clients: Clients

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
        return Place(visit, interaction, client)

    async def form(self, place: Place) -> dict[str, str]:
        """The fields of a form of this interaction."""
        return await self.browser.form(place.visit, place.interaction.id)

    def page(self, place: Place, template: str, *, status: int = 200, **context: Any) -> Response:
        """A screen of this interaction."""
        return self.browser.page(
            place.visit,
            template,
            purpose=place.interaction.id,
            status=status,
            redirect_uri=place.redirect_uri,
            client=place.client,
            base=f"/sign-in/{place.interaction.id}",
            **context,
        )

    def go(self, place: Place, screen: str) -> Response:
        """To another screen of this interaction."""
        return self.browser.redirect(place.visit, f"/sign-in/{place.interaction.id}{screen}")

    def back(self, place: Place) -> Response:
        """To /authorize, which decides what is next."""
        return self.browser.redirect(place.visit, f"/authorize/{place.interaction.id}")

    async def end(self, place: Place, error: errors.OAuthError) -> Response:
        """Close the interaction and tell the client; without a client, to the start page."""
        if not await self.interactions.finish(place.interaction.id, place.visit.now):
            raise Refused(refusals.SIGN_IN_OVER, HTTPStatus.GONE)
        asked = place.interaction.request
        if asked is None:
            return self.browser.redirect(place.visit, "/")
        location = response.failure(asked.redirect_uri, error, state=asked.state, issuer=self.issuer)
        return self.browser.redirect(place.visit, location)
