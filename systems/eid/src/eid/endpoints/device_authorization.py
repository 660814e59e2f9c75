"""POST /device_authorization: a device asks, a person answers on another screen (RFC 8628 3.1 and 3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from eid.endpoints.client_authentication import ClientAuthentication
from eid.endpoints.http import Answer, Scope, form, json
from eid.grants import checks, device, pending
from eid.grants.authorization_request import build_for_another_screen
from eid.oidc import grant_types, scopes
from eid.oidc.errors import SlowDown, TemporarilyUnavailable, UnauthorizedClient
from eid.storage.pending_requests import Content, PendingRequests
from eid.storage.rate_limits import Limit, RateLimits

PER_CLIENT: Final = Limit("device-requests", 300, timedelta(minutes=10))
_TRIES: Final = 3


@dataclass(frozen=True)
class DeviceAuthorization:
    """The device authorization endpoint. `secret` blinds user codes."""

    issuer: str
    secret: bytes
    authenticate: ClientAuthentication
    pending: PendingRequests
    limits: RateLimits

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """RFC 8628 3.2."""
        params = form(scope, body)
        client = await self.authenticate(scope, params)
        if grant_types.DEVICE_CODE not in client.grant_types:
            raise UnauthorizedClient("the device grant is not registered for this client")
        params = {"scope": scopes.OPENID, "client_id": client.client_id} | params
        checks.check("device", client, params)
        now = datetime.now(UTC)
        if not await self.limits.reserve(PER_CLIENT, client.client_id, now):
            raise SlowDown("too many requests wait for an answer")
        request = build_for_another_screen(client, params)
        for _ in range(_TRIES):  # two live codes are never alike; a collision is one in millions
            code, user_code = pending.make(), device.make_user_code()
            content = Content(request, user_code=user_code)
            blind = device.blind(self.secret, user_code)
            if await self.pending.begin_device(code, blind, content, now=now, lifetime=device.LIFETIME):
                return json(self._answer(code, device.shown(user_code)))
        raise TemporarilyUnavailable("no free user_code was found")

    def _answer(self, code: str, user_code: str) -> dict[str, str | int]:
        address = f"{self.issuer}/device"
        return {
            "device_code": code,
            "user_code": user_code,
            "verification_uri": address,
            "verification_uri_complete": f"{address}?user_code={user_code}",
            "expires_in": int(device.LIFETIME.total_seconds()),
            "interval": pending.INTERVAL,
        }
