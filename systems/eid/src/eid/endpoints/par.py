"""POST /par: pushed authorization requests (RFC 9126)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from eid.endpoints.client_authentication import ClientAuthentication
from eid.endpoints.http import Answer, Scope, form, json
from eid.endpoints.request_objects import RequestObjects
from eid.endpoints.sender_constraint import SenderConstraint
from eid.grants import checks
from eid.grants.authorization_request import LIFETIME
from eid.storage.pushed_requests import PushedRequests


@dataclass(frozen=True)
class PushedAuthorizationRequest:
    """Authenticate, check, keep; the request_uri comes back."""

    authenticate: ClientAuthentication
    constraint: SenderConstraint
    objects: RequestObjects
    pushed: PushedRequests

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """RFC 9126 2.1 and 2.2."""
        params = form(scope, body)
        client = await self.authenticate(scope, params)
        params.setdefault("client_id", client.client_id)
        if "request" in params or "request_uri" not in params:
            params = await self.objects.open(client, params) or params
        jkt = await self.constraint.of_pushed(scope, client, params)
        if jkt is not None:
            params["dpop_jkt"] = jkt
        request = checks.check_pushed(client, params)
        request_uri = await self.pushed.push(request, datetime.now(UTC))
        answer = json({"request_uri": request_uri, "expires_in": LIFETIME}, 201)
        return answer.with_headers((b"dpop-nonce", self.constraint.nonce().encode())) if jkt else answer
