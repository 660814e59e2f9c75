"""POST /par: pushed authorization requests (RFC 9126)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from eid.endpoints.client_authentication import ClientAuthentication
from eid.endpoints.http import Answer, Scope, form, json
from eid.grants import checks
from eid.grants.authorization_request import LIFETIME
from eid.storage.pushed_requests import PushedRequests


@dataclass(frozen=True)
class PushedAuthorizationRequest:
    """Authenticate, check, keep; the request_uri comes back."""

    authenticate: ClientAuthentication
    pushed: PushedRequests

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """RFC 9126 2.1 and 2.2."""
        params = form(scope, body)
        client = await self.authenticate(scope, params)
        params.setdefault("client_id", client.client_id)
        request = checks.check_pushed(client, params)
        request_uri = await self.pushed.push(request, datetime.now(UTC))
        return json({"request_uri": request_uri, "expires_in": LIFETIME}, 201)
