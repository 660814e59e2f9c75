"""A second administrator approves a proposed role; from then on it counts between its dates."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from portal.accounts import audit
from portal.accounts.duty.access import Acting, DutyRefused, enforce
from portal.accounts.duty.models import DutyGrant
from portal.accounts.duty.rules import Refusal, may_approve


def approve(acting: Acting, grant_id: UUID) -> DutyGrant:
    """Approve the proposal. Raises DutyRefused: same person, other agency, already decided."""
    with transaction.atomic():
        admin = enforce(acting)
        grant = DutyGrant.objects.select_for_update().filter(pk=grant_id).first()
        if grant is None or grant.approved_at is not None or grant.ended_on is not None:
            raise DutyRefused(Refusal.ENDED)
        # guard: second-administrator-approves
        refusal = may_approve(admin.facts, grant.facts)
        if refusal is not None:
            raise DutyRefused(refusal)
        grant.approved_by, grant.approved_at = admin, datetime.now(UTC)
        grant.save(update_fields=["approved_by", "approved_at"])
        audit.record("duty.approved", actor=acting.actor, subject=f"duty:{grant.pk}", detail={"role": grant.role})
    return grant
