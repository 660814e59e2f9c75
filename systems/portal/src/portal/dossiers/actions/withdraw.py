"""The citizen withdraws a dossier, as long as there is no decision (Decree 118/2025 Art 21)."""

from __future__ import annotations

from uuid import UUID

from portal.accounts.models import Profile
from portal.accounts.sessions import LoginRecord
from portal.dossiers.models import Dossier, Origin
from portal.dossiers.outbox import enqueue
from portal.dossiers.ownership import owns
from portal.dossiers.standing import ActNotPossible, citizen_act, refuse_frozen
from portal.dossiers.states import CITIZEN, Act
from portal.dossiers.transition import By, locked, move


def withdraw(dossier_id: UUID, profile: Profile, login: LoginRecord, *, reason: str = "") -> Dossier:
    """Withdraw one's own dossier. Raises ActRefused (decided meanwhile) or ActNotPossible (not one's own)."""
    with citizen_act(login):
        dossier = locked(dossier_id)
        # guard: only-owner-acts
        if not owns(dossier, profile):
            raise ActNotPossible("NOT_YOURS")
        refuse_frozen(dossier, profile.pk)
        event = move(dossier, Act.WITHDRAW, By(CITIZEN, "citizen"), reason=reason)
        if dossier.origin == Origin.HANDED_OVER:
            enqueue(dossier, "withdrawal", event.seq)
    return dossier
