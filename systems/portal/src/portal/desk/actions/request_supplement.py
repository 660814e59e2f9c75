"""Ask for one complete supplement (form 02): what is missing is told once, whole."""

from __future__ import annotations

from uuid import UUID

from portal.accounts.duty.access import Acting
from portal.desk.handling import official_act
from portal.dossiers.models import Dossier
from portal.dossiers.states import Act


def request_supplement(acting: Acting, dossier_id: UUID, *, seen_state: str, reason: str) -> Dossier:
    """Ask. Raises DutyRefused, ActRefused (asked before at this stage, no reason)."""
    return official_act(
        acting, dossier_id, Act.REQUEST_SUPPLEMENT, seen_state=seen_state, reason=reason, notice="dossier-supplement"
    )
