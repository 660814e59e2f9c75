"""What stands before and around every act of an official on a dossier, in this order.

No conflict of interest (the register is asked first, holding no lock), then in one transaction: the duty still counts,
the dossier is this office's, the state table allows the act, the event and the audit are written. The owner is told
after the commit.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.accounts import audit
from portal.accounts.duty import access, conflicts
from portal.accounts.duty.access import Acting
from portal.accounts.register_client import Reference
from portal.dossiers.models import Dossier, Origin
from portal.dossiers.notices import tell_owner
from portal.dossiers.states import Act, ActRefused
from portal.dossiers.transition import By, locked, move


def reference_of(dossier: Dossier) -> Reference:
    """The name under which the register is asked about this case."""
    return Reference("dossier", dossier.code or str(dossier.reference))


def dossier_of_office(acting: Acting, dossier_id: UUID) -> Dossier | None:
    """The dossier if it lies with the office where this duty serves, else None: others' do not exist here."""
    rows = Dossier.objects.filter(pk=dossier_id).exclude(origin=Origin.HANDED_OVER).exclude(office_code="")
    # guard: dossier-of-own-office
    return rows.filter(office_code=acting.office).select_related("version").first()


def official_act(
    acting: Acting,
    dossier_id: UUID,
    act: Act,
    *,
    seen_state: str,
    reason: str = "",
    legal_ground: str = "",
    notice: str | None = None,
) -> Dossier:
    """Do `act` on the dossier. Raises DutyRefused, ActRefused; then nothing remains."""
    dossier = dossier_of_office(acting, dossier_id)
    if dossier is None:
        raise ActRefused("NO_SUCH_DOSSIER")
    conflicts.enforce(acting, dossier.who.get("personal_id"), reference_of(dossier))
    with transaction.atomic():
        access.enforce(acting)
        dossier = locked(dossier.pk)
        by = By(role=acting.role, actor=acting.actor, unit=acting.office, officer=acting.full_name)
        move(dossier, act, by, reason=reason, legal_ground=legal_ground, seen_state=seen_state)
        audit.record(f"dossier.{act.value}", actor=acting.actor, subject=f"dossier:{dossier.pk}")
        if notice is not None:
            transaction.on_commit(lambda: tell_owner(dossier, notice))
    return dossier
