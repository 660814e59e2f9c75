"""Requests that wait for the owner: a client asked, not a browser (CIBA Core 1.0). Look, allow, or deny."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from eid.account.owner import Door, Owner
from eid.grants import consent as consents
from eid.storage.clients import Clients
from eid.storage.interactions import Interactions
from eid.storage.pending_requests import PendingRequests, Waiting


@dataclass(frozen=True)
class RequestPages:
    """Each request with who asks, the words that the other screen shows, and until when."""

    door: Door
    interactions: Interactions
    pending: PendingRequests
    clients: Clients

    async def show(self, request: Request) -> Response:
        """GET /account/requests."""
        owner = await self.door.owner(request, return_to="/account/requests")
        if isinstance(owner, Response):
            return owner
        waiting = await self.pending.of_account(owner.signed_in.account.id, owner.visit.now)
        shown = [await self._shown(each) for each in waiting]
        return self.door.page(owner, "account/requests.html", "requests", requests=shown)

    async def submit(self, request: Request) -> Response:
        """POST /account/requests: open one, to see and allow what it asks for; or deny it at once."""
        posting = await self.door.posting(request)
        if isinstance(posting, Response):
            return posting
        owner, fields = posting
        waiting = await self._own(owner, fields.get("request", ""))
        if waiting is None:
            return self.door.go(owner, "/answered?answer=over")
        if fields.get("action") == "open":
            interaction = await self.interactions.begin(
                owner.visit.browser_hash, waiting.content.request, None, owner.visit.now, pending_id=waiting.id
            )
            return self.door.go(owner, f"/authorize/{interaction.id}")
        account_id = owner.signed_in.account.id
        denied = await self.pending.deny(waiting.id, account_id, owner.visit.now)
        return self.door.go(owner, f"/answered?answer={'denied' if denied else 'over'}")

    async def _own(self, owner: Owner, request_id: str) -> Waiting | None:
        try:
            waiting = await self.pending.find(UUID(request_id), owner.visit.now)
        except ValueError:
            return None
        return waiting if waiting is not None and waiting.account_id == owner.signed_in.account.id else None

    async def _shown(self, waiting: Waiting) -> dict[str, object]:
        client = await self.clients.find(waiting.client_id)
        return {
            "id": waiting.id,
            "client": client,
            "binding_message": waiting.content.binding_message,
            "asked_at": waiting.created_at,
            "expires_at": waiting.expires_at,
            "items": consents.items_of(waiting.content.request),
        }
