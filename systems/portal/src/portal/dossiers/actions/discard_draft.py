"""Throw away a draft of one's own, with its files."""

from __future__ import annotations

from uuid import UUID

from portal.accounts.sessions import LoginRecord
from portal.dossiers.models import Draft
from portal.dossiers.standing import citizen_act, refuse_frozen
from portal.dossiers.tasks import defer_close_reference


def discard_draft(draft_id: UUID, profile_id: UUID, login: LoginRecord) -> bool:
    """Erase the open draft; False when there is none (submitted, or another person's)."""
    with citizen_act(login):
        draft = Draft.objects.select_for_update().filter(pk=draft_id, profile_id=profile_id, closed_at=None).first()
        if draft is None:
            return False
        refuse_frozen(draft, profile_id)
        defer_close_reference(draft)
        stored = [attached.stored for attached in draft.files.select_related("stored")]
        draft.delete()
        for file in stored:
            file.delete()
    return True
