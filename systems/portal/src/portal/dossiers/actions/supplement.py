"""The citizen answers the one supplement request: new files and a message, under the same code."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.accounts.models import Profile
from portal.accounts.sessions import LoginRecord
from portal.dossiers.models import Dossier, DossierFile, Origin
from portal.dossiers.outbox import enqueue
from portal.dossiers.ownership import owns
from portal.dossiers.standing import ActNotPossible, citizen_act, refuse_frozen
from portal.dossiers.states import CITIZEN, Act
from portal.dossiers.transition import By, locked, move
from portal.store import vault
from portal.store.inspection import inspect

FIELD = "supplement"


def supplement(
    dossier_id: UUID,
    profile: Profile,
    login: LoginRecord,
    *,
    message: str,
    uploads: Sequence[tuple[str, bytes]],
) -> Dossier:
    """Send the supplement. Raises FileRefused, ActRefused (not asked for), ActNotPossible (not one's own; empty)."""
    if not uploads and not message.strip():
        raise ActNotPossible("SUPPLEMENT_EMPTY")
    judged = [(inspect(name, content), content) for name, content in uploads]
    with citizen_act(login):
        dossier = locked(dossier_id)
        if not owns(dossier, profile):
            raise ActNotPossible("NOT_YOURS")
        refuse_frozen(dossier, profile.pk)
        event = move(dossier, Act.SUPPLEMENT, By(CITIZEN, "citizen"), more={"message": message.strip()[:2000]})
        stage = dossier.supplements_at_reception + dossier.supplements_at_processing
        for inspected, content in judged:
            DossierFile.objects.create(
                dossier=dossier, field_id=FIELD, stored=vault.put(inspected, content), stage=stage
            )
        if dossier.origin == Origin.HANDED_OVER:
            enqueue(dossier, "supplement", event.seq)
    return dossier
