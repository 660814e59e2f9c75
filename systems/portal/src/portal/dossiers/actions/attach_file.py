"""Attach a file to a question of a draft, or take it off again. The content was judged before (`store.inspection`)."""

from __future__ import annotations

from uuid import UUID

from kernel import country_time
from portal.accounts.sessions import LoginRecord
from portal.dossiers.models import Draft, DraftFile
from portal.dossiers.standing import ActNotPossible, citizen_act, refuse_frozen
from portal.store import vault
from portal.store.inspection import FileFault, FileRefused, inspect

#: All files of one dossier together: what is handed to another portal travels in one message.
MAX_TOTAL_BYTES = 25 * 1024 * 1024


def _open_draft(draft_id: UUID, profile_id: UUID, field_id: str) -> Draft:
    draft = Draft.objects.select_for_update().filter(pk=draft_id, profile_id=profile_id, closed_at=None).first()
    if draft is None:
        raise ActNotPossible("DRAFT_CLOSED")
    refuse_frozen(draft, profile_id)
    form = draft.version.form
    question = form.field(field_id) if form else None
    if question is None or question.kind != "file":
        raise ActNotPossible("NO_SUCH_STEP")
    return draft


def attach_file(
    draft_id: UUID, profile_id: UUID, login: LoginRecord, field_id: str, *, name: str, content: bytes
) -> DraftFile:
    """Judge, seal and keep the file; it replaces the one before. Raises FileRefused or ActNotPossible."""
    inspected = inspect(name, content)
    with citizen_act(login):
        draft = _open_draft(draft_id, profile_id, field_id)
        others = draft.files.exclude(field_id=field_id).values_list("stored__size", flat=True)
        if sum(others) + inspected.size > MAX_TOTAL_BYTES:
            raise FileRefused(FileFault.TOO_LARGE)
        old = draft.files.filter(field_id=field_id).select_related("stored").first()
        stored = vault.put(inspected, content)
        attached, _ = DraftFile.objects.update_or_create(draft=draft, field_id=field_id, defaults={"stored": stored})
        if old is not None:
            old.stored.delete()
        draft.saved_at = country_time.now()
        draft.save(update_fields=["saved_at"])
    return attached


def detach_file(draft_id: UUID, profile_id: UUID, login: LoginRecord, field_id: str) -> None:
    """Take the file of a question off the draft and erase it."""
    with citizen_act(login):
        draft = _open_draft(draft_id, profile_id, field_id)
        for attached in draft.files.filter(field_id=field_id).select_related("stored"):
            stored = attached.stored
            attached.delete()
            stored.delete()
