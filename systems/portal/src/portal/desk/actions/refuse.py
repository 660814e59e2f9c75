"""Refuse a dossier (form 03): always with a reason and its legal ground, at the desk or after processing."""

from __future__ import annotations

from uuid import UUID

from portal.accounts.duty.access import Acting
from portal.desk.handling import official_act
from portal.dossiers.models import Dossier
from portal.dossiers.states import Act


def refuse(acting: Acting, dossier_id: UUID, act: Act, *, seen_state: str, reason: str, legal_ground: str) -> Dossier:
    """Refuse; `act` is REFUSE_RECEPTION or REFUSE. Raises DutyRefused, ActRefused (no reason, no ground)."""
    return official_act(
        acting,
        dossier_id,
        act,
        seen_state=seen_state,
        reason=reason,
        legal_ground=legal_ground,
        notice="dossier-not-accepted",
    )
