"""POST /register-events: the register tells that somebody asked about a person (RFC 8935, RFC 8417)."""

from __future__ import annotations

from dataclasses import dataclass

from eid.endpoints.http import Answer, Scope, header, json
from eid.oidc.errors import TemporarilyUnavailable
from eid.population_client import PopulationClient, RegisterMessageRefused, RegisterUnavailable
from eid.storage.accounts import Accounts
from eid.storage.register_events import RegisterEvent, RegisterEvents


@dataclass(frozen=True)
class RegisterEventsEndpoint:
    """Verify, open, keep once; the queue tells the owner."""

    population: PopulationClient
    accounts: Accounts
    events: RegisterEvents

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """202 when kept, now or before (RFC 8935 2.2); 400 with `err` otherwise (2.3)."""
        if header(scope, b"content-type").partition(";")[0].strip() != "application/secevent+jwt":
            return json({"err": "invalid_request", "description": "not a security event token"}, 400)
        try:
            jti, event = await self.population.read_event(body.decode("ascii", "replace"))
        except RegisterMessageRefused as refused:
            return json({"err": "invalid_request", "description": str(refused)}, 400)
        except RegisterUnavailable:
            raise TemporarilyUnavailable("the register's keys cannot be had") from None
        account_id = await self.accounts.find_id(event.personal_id)
        await self.events.receive(jti, account_id, RegisterEvent(event.agency, event.purpose, event.at))
        return Answer(202, b"")
