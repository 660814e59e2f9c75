"""What services told the owner through us: the inbox, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from eid.account.owner import Door
from eid.storage.clients import Clients
from eid.storage.notices import ServiceNotices

SHOWN: Final = 50


@dataclass(frozen=True)
class InboxPage:
    """Who told what, when, and what to do if it is wrong. The words are the template's, never the service's."""

    door: Door
    notices: ServiceNotices
    clients: Clients

    async def show(self, request: Request) -> Response:
        """GET /account/notices."""
        owner = await self.door.owner(request, return_to="/account/notices")
        if isinstance(owner, Response):
            return owner
        found = await self.notices.of_account(owner.signed_in.account.id, SHOWN)
        known = {client.client_id: client for client in await self.clients.all()}
        notices = [(known[notice.client_id], notice) for notice in found if notice.client_id in known]
        return self.door.page(owner, "account/notices.html", "notices", notices=notices)
