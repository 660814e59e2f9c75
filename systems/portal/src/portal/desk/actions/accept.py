"""Accept a dossier: from here its time for the result runs, with an appointment (form 01)."""

from __future__ import annotations

from uuid import UUID

from portal.accounts.duty.access import Acting
from portal.desk.handling import official_act
from portal.dossiers.models import Dossier
from portal.dossiers.states import Act


def accept(acting: Acting, dossier_id: UUID, *, seen_state: str) -> Dossier:
    """Accept. Raises DutyRefused, ActRefused."""
    return official_act(acting, dossier_id, Act.ACCEPT, seen_state=seen_state, notice="dossier-accepted")
