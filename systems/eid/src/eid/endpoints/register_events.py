"""POST /register-events: the register tells that somebody asked about a person, or what became of a record.

A death closes the account, a new number or name is taken over, two records that became one or one that became two
lock it until people have looked: nothing is linked or unlinked by an event (architecture 4).

RFC 8935, RFC 8417. Each is acted upon once, in the transaction that remembers its `jti`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from eid.endpoints.http import Answer, Scope, header, json
from eid.oidc.errors import TemporarilyUnavailable
from eid.population_client import (
    AccessEvent,
    DataEvent,
    DeathEvent,
    MergedEvent,
    PopulationClient,
    RegisterMessageRefused,
    RegisterUnavailable,
    RestoredEvent,
    SplitEvent,
)
from eid.storage.account_changes import AccountChanges
from eid.storage.accounts import Accounts
from eid.storage.audit import Audit
from eid.storage.register_events import RegisterEvent, RegisterEvents

#: RFC 8935 2.4, by what is wrong (wire.signed); everything else is invalid_request.
_ERR: Final = {
    "wrong iss": "invalid_issuer",
    "wrong aud": "invalid_audience",
    "bad signature: BadSignatureError": "invalid_key",
    "bad signature: InvalidKeyIdError": "invalid_key",
}


@dataclass(frozen=True)
class RegisterEventsEndpoint:
    """Verify, open, act once; the queues tell the owner and the receivers of signals."""

    population: PopulationClient
    accounts: Accounts
    events: RegisterEvents
    changes: AccountChanges
    audit: Audit

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """202 when kept, now or before (RFC 8935 2.2); 400 with `err` otherwise (2.3)."""
        if header(scope, b"content-type").partition(";")[0].strip() != "application/secevent+jwt":
            return json({"err": "invalid_request", "description": "not a security event token"}, 400)
        try:
            jti, event = await self.population.read_event(body.decode("ascii", "replace"))
        except RegisterMessageRefused as refused:
            return json({"err": _ERR.get(str(refused), "invalid_request"), "description": str(refused)}, 400)
        except RegisterUnavailable:
            raise TemporarilyUnavailable("the register's keys cannot be had") from None
        account_id = await self.accounts.find_id(event.personal_id)
        if isinstance(event, AccessEvent):
            await self.events.receive(jti, account_id, RegisterEvent(event.agency, event.purpose, event.at))
        elif isinstance(event, DeathEvent):
            if await self.changes.died(jti, account_id, datetime.now(UTC)):
                await self.audit.write("register_told_death", account_id=account_id)
        elif isinstance(event, DataEvent):
            if await self.changes.corrected(jti, account_id, event, datetime.now(UTC)):
                await self.audit.write("register_told_data", account_id=account_id)
        elif isinstance(event, MergedEvent | SplitEvent):
            # guard: eid-doubt-freezes
            if await self.changes.doubted(jti, account_id, datetime.now(UTC)):
                await self.audit.write("register_told_doubt", account_id=account_id)
        elif isinstance(event, RestoredEvent):
            # Nothing opens by itself: people look at the account, with the person before them.
            if await self.changes.heard(jti) and account_id is not None:
                await self.audit.write("register_told_restored", account_id=account_id)
        else:
            renumbered = await self.changes.renumbered(jti, account_id, event.new_personal_id, datetime.now(UTC))
            if renumbered is not None:
                await self.audit.write("register_told_number", account_id=account_id, taken_over=renumbered)
        return Answer(202, b"")
