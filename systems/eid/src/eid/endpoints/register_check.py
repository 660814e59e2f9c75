"""Before anything verified is told: the register vouches for the person, now (architecture.md 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from eid.population_client import PopulationClient
from eid.storage.account_changes import AccountChanges
from eid.storage.accounts import Accounts
from eid.storage.audit import Audit


class NotVouched(Exception):
    """The register answered, and did not vouch. `reason` is mismatch, not_found, insufficient or dead."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_REASONS = {"NO_MATCH": "mismatch", "NOT_FOUND": "not_found", "INSUFFICIENT": "insufficient", "MATCH": "record"}


@dataclass(frozen=True)
class RegisterCheck:
    """Asks, remembers the yes, and acts on a death."""

    population: PopulationClient
    accounts: Accounts
    changes: AccountChanges
    audit: Audit

    async def __call__(self, account_id: UUID) -> datetime:
        """When the register vouched. Raises NotVouched, or RegisterUnavailable (which changes nothing)."""
        person = await self.accounts.person(account_id)
        answer = await self.population.verify(
            account_id,
            full_name=person.full_name,
            birth_date=person.birth_date,
            personal_id=person.personal_id,
        )
        now = datetime.now(UTC)
        await self.audit.write("register_asked", account_id=account_id, overall=answer.overall)
        if answer.is_match:
            await self.accounts.vouched(account_id, now, answer.request_id)
            return now
        if answer.record_state == "dead":
            await self.changes.close_dead(account_id, now)
            raise NotVouched("dead")
        await self.accounts.not_vouched(account_id)
        raise NotVouched(_REASONS.get(answer.overall, "record"))
