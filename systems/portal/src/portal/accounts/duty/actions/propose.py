"""An administrator proposes a role for a person. It counts for nothing until a second one approves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction

from portal.accounts import attempts, audit
from portal.accounts.duty.access import Acting, DutyRefused, enforce
from portal.accounts.duty.models import DutyGrant
from portal.accounts.duty.rules import Refusal, may_propose, overlap
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
        # guard: same-role-is-proposed-once
        if _there_already(proposal, acting.agency, person):
            raise DutyRefused(Refusal.ALREADY_THERE)
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


def _there_already(proposal: Proposal, agency: str, person: bytes) -> bool:
    """Is the same role in the same office proposed or given to this person for one of these days? Holds the person."""
    attempts.hold("duty_proposed", proposal.personal_id)
    same = DutyGrant.objects.filter(
        personal_id_index=person, agency=agency, office=proposal.office, role=proposal.role, ended_on=None
    )
    asked = (proposal.valid_from, proposal.valid_to)
    return any(overlap((each.valid_from, each.valid_to), asked) for each in same)
