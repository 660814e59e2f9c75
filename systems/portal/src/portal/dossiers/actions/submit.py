"""Submit a draft: once and only once. A double click, a second tab or a retry finds the dossier that is there.

The draft's row is the lock and the dossier's one-to-one column the last word; code, events, files, document copies
and what must be handed on are written in the same transaction or not at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit
from portal.accounts.sessions import LoginRecord
from portal.catalogue.answers import incomplete_steps, relevant
from portal.catalogue.form import Form
from portal.catalogue.models import Office
from portal.catalogue.offices import communes_served, office_for
from portal.dossiers import clocks, codes, events
from portal.dossiers.models import Dossier, DossierFile, Draft, Origin, Outgoing
from portal.dossiers.notices import tell_owner
from portal.dossiers.outbox import enqueue
from portal.dossiers.standing import ActNotPossible, citizen_act, refuse_frozen
from portal.dossiers.states import State
from portal.dossiers.tasks import defer_close_reference
from portal.sealing import blind


@dataclass(frozen=True)
class Submitted:
    """The dossier, and whether it was there already (`repeated`)."""

    dossier: Dossier
    repeated: bool


def submit(draft_id: UUID, profile_id: UUID, login: LoginRecord, *, declared: bool) -> Submitted:
    """Make the dossier of this draft. Raises ActNotPossible: DRAFT_CLOSED, NOT_DECLARED, INCOMPLETE, NO_OFFICE."""
    with citizen_act(login):
        draft = Draft.objects.select_for_update().filter(pk=draft_id, profile_id=profile_id).first()
        if draft is None:
            raise ActNotPossible("DRAFT_CLOSED")
        refuse_frozen(draft, profile_id)
        # guard: submit-once
        existing = Dossier.objects.filter(draft=draft).first()
        if existing is not None:
            return Submitted(existing, repeated=True)
        if draft.closed_at is not None:
            raise ActNotPossible("DRAFT_CLOSED")
        if not declared:
            raise ActNotPossible("NOT_DECLARED")
        form, office = _judge(draft)
        now = country_time.now()
        dossier = _write(draft, form, office, now)
        draft.closed_at = now
        draft.save(update_fields=["closed_at"])
        _record(dossier, office, now)
        defer_close_reference(draft)
        notice = "dossier-submitted" if dossier.code else "dossier-on-its-way"
        transaction.on_commit(lambda: tell_owner(dossier, notice))
    return Submitted(dossier, repeated=False)


def _judge(draft: Draft) -> tuple[Form, Office]:
    """The form and the office; raises ActNotPossible when the draft cannot be filed as it is."""
    form = draft.version.form
    assert form is not None
    code = draft.version.procedure_id
    answers = draft.read_answers()
    missing = incomplete_steps(
        form,
        answers,
        locked=draft.locked(),
        files=set(draft.files.values_list("field_id", flat=True)),
        today=country_time.today(),
        communes=communes_served(code),
    )
    if missing:
        raise ActNotPossible("INCOMPLETE")
    commune_field = next((f for f in form.fields() if f.kind == "commune"), None)
    office = office_for(code, answers.get(commune_field.id, "")) if commune_field else None
    if office is None:
        raise ActNotPossible("NO_OFFICE")
    return form, office


def applicant_of(answers: dict[str, str], locked: dict[str, str]) -> dict[str, str]:
    """Who files: vouched where the state vouches, stated elsewhere."""
    keys = ("full_name", "personal_id", "birth_date", "phone")
    return {key: locked.get(key) or answers.get(key, "") for key in keys}


def _write(draft: Draft, form: Form, office: Office, now: datetime) -> Dossier:
    locked = draft.locked()
    answers = {key: value for key, value in relevant(form, draft.read_answers()).items() if key not in locked}
    who = applicant_of(answers, locked)
    here = not office.peer
    dossier = Dossier.objects.create(
        code=codes.next_code(office.code, now.date()) if here else None,
        draft=draft,
        profile_id=draft.profile_id,
        version=draft.version,
        procedure_code=draft.version.procedure_id,
        office_code=office.code,
        origin=Origin.HERE if here else Origin.HANDED_OVER,
        peer=office.peer,
        state=State.SUBMITTED,
        applicant=json.dumps(who, ensure_ascii=False),
        answers=json.dumps(answers, ensure_ascii=False),
        vouched=draft.vouched,
        applicant_index=blind(who["personal_id"], "personal_id") if who["personal_id"] else None,
        applicant_vouched="personal_id" in locked,
        submitted_at=now,
        respond_by=clocks.respond_by(now),
    )
    asked = {question.id for step in form.visible(answers) for question in step.fields}
    DossierFile.objects.bulk_create(
        DossierFile(dossier=dossier, field_id=attached.field_id, stored_id=attached.stored_id)
        for attached in draft.files.filter(field_id__in=asked)
    )
    return dossier


def _record(dossier: Dossier, office: Office, now: datetime) -> None:
    event = events.append(dossier, "submit", actor="citizen", unit=office.code, at=now)
    audit.record(
        "dossier.submitted",
        actor=f"profile:{dossier.profile_id}",
        subject=f"dossier:{dossier.pk}",
        detail={"procedure": dossier.procedure_code, "office": office.code},
    )
    if dossier.origin == Origin.HANDED_OVER:
        enqueue(dossier, Outgoing.KINDS[0], event.seq)
