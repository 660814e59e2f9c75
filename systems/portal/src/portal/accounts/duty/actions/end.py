"""End a role, today: the next request under it is refused. Also the "no" to a proposal."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit
from portal.accounts.duty.access import Acting, DutyRefused, enforce
from portal.accounts.duty.models import DutyGrant
from portal.accounts.duty.rules import Refusal, Role


def end(acting: Acting, grant_id: UUID) -> DutyGrant:
    """End the grant. Raises DutyRefused: not an administrator of that agency, or ended already."""
    with transaction.atomic():
        admin = enforce(acting)
        grant = DutyGrant.objects.select_for_update().filter(pk=grant_id).first()
        if grant is None or grant.ended_on is not None:
            raise DutyRefused(Refusal.ENDED)
        if admin.role != Role.AGENCY_ADMIN:
            raise DutyRefused(Refusal.OTHER_ROLE)
        if admin.agency != grant.agency:
            raise DutyRefused(Refusal.OTHER_AGENCY)
        grant.ended_on, grant.ended_at, grant.ended_by = country_time.today(), datetime.now(UTC), admin
        grant.save(update_fields=["ended_on", "ended_at", "ended_by"])
        audit.record("duty.ended", actor=acting.actor, subject=f"duty:{grant.pk}", detail={"role": grant.role})
    return grant
