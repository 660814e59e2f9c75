"""An administrator proposes a role for a person. It counts for nothing until a second one approves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction

from portal.accounts import audit
from portal.accounts.duty.access import Acting, DutyRefused, enforce
from portal.accounts.duty.models import DutyGrant
from portal.accounts.duty.rules import may_propose
from portal.sealing import blind


@dataclass(frozen=True)
class Proposal:
    """What the form says. `personal_id` is 12 digits; `office` a code of the catalogue or empty."""

    personal_id: str
    full_name: str
    office: str
    position: str
    role: str
    valid_from: date
    valid_to: date | None


def propose(acting: Acting, proposal: Proposal) -> DutyGrant:
    """Write the proposal. Raises DutyRefused when the administrator may not make it."""
    with transaction.atomic():
        admin = enforce(acting)
        person = blind(proposal.personal_id, "personal_id")
        # guard: administrator-proposes-no-own-role
        refusal = may_propose(admin.facts, person=person, agency=acting.agency)
        if refusal is not None:
            raise DutyRefused(refusal)
        grant = DutyGrant.objects.create(
            personal_id=proposal.personal_id,
            full_name=proposal.full_name,
            agency=acting.agency,
            office=proposal.office,
            position=proposal.position,
            role=proposal.role,
            valid_from=proposal.valid_from,
            valid_to=proposal.valid_to,
            proposed_by=admin,
            proposed_at=datetime.now(UTC),
        )
        audit.record(
            "duty.proposed",
            actor=acting.actor,
            subject=f"duty:{grant.pk}",
            detail={"role": grant.role, "office": grant.office},
        )
    return grant
