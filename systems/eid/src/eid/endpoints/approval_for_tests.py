"""POST /test/ciba: a test tool answers in the owner's place. Mounted only with EID_TEST_APPROVALS, on loopback.

CIBA has no browser that a conformance tool could drive; architecture.md 8.10 says what such a setting has to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from eid.endpoints.http import Answer, Scope, json
from eid.endpoints.register_check import NotVouched, RegisterCheck
from eid.grants import steps
from eid.grants.grant import Grant
from eid.oidc import acr, parameters
from eid.oidc.errors import AccessDenied, InvalidRequest
from eid.storage.accounts import Accounts
from eid.storage.clients import Clients
from eid.storage.pending_requests import PendingRequests, Waiting
from eid.storage.subjects import Subjects


@dataclass(frozen=True)
class ApprovalForTests:
    """Allows what was asked for, or denies it, as the owner's page would."""

    pending: PendingRequests
    accounts: Accounts
    clients: Clients
    subjects: Subjects
    register: RegisterCheck

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """`auth_req_id` and `action` (allow or deny), in the address or in a form."""
        params = parameters.parse(scope["query_string"]) | parameters.parse(body)
        now = datetime.now(UTC)
        waiting = await self.pending.find_by_code("ciba", params.get("auth_req_id", ""), now)
        if waiting is None or waiting.account_id is None:
            raise InvalidRequest("no such request waits")
        if params.get("action") == "deny":
            done = await self.pending.deny(waiting.id, waiting.account_id, now)
        elif params.get("action") == "allow":
            done = await self.pending.allow(waiting.id, await self._grant(waiting, now), now)
        else:
            raise InvalidRequest("action is neither allow nor deny")
        return json({"done": done})

    async def _grant(self, waiting: Waiting, now: datetime) -> Grant:
        asked, client = waiting.content.request, await self.clients.find(waiting.client_id)
        if client is None or waiting.account_id is None:
            raise InvalidRequest("the client is gone")
        person = await self.accounts.person(waiting.account_id)
        try:
            checked_at = await self.register(waiting.account_id) if asked.verified else None
        except NotVouched:
            raise AccessDenied("the register does not vouch for the person") from None
        return Grant(
            id=uuid4(),
            client_id=client.client_id,
            sector=client.sector,
            account_id=waiting.account_id,
            session_id=None,
            sub=await self.subjects.find_or_make(waiting.account_id, client.sector),
            redirect_uri="",
            code_challenge="",
            scope=asked.scope,
            granted=asked.required_items + asked.optional_items,
            acr=steps.acr_for(asked, person.level),
            amr=acr.AMR,
            auth_time=now,
            code_expires_at=waiting.expires_at,
            checked_at=checked_at,
            resource=asked.resource,
            authorization_details=asked.authorization_details,
            claims=asked.asked,
        )
