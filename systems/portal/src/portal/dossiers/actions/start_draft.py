"""Begin a form, or go on with the one that was begun: a person has one open draft of a procedure, not five."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

from kernel import country_time
from portal.accounts.models import Profile
from portal.accounts.register_client import Reference
from portal.accounts.sessions import LoginRecord
from portal.catalogue.models import ProcedureVersion
from portal.dossiers import prefill
from portal.dossiers.models import Draft
from portal.dossiers.standing import citizen_act


class SeveralDrafts(Exception):
    """Accounts that came together brought two unfinished forms of one procedure: the person chooses, nobody guesses."""


def start_draft(version: ProcedureVersion, profile: Profile, login: LoginRecord) -> Draft:
    """The open draft of this procedure, made and prefilled when there is none. Raises SeveralDrafts."""
    open_draft = _open(version, profile.pk)
    if open_draft is not None:
        return open_draft
    form = version.form
    if form is None:
        raise ValueError("this procedure is not taken in online")
    identity = uuid4()
    # The register is asked before the transaction: a slow answer must hold no lock.
    found, register_state = prefill.from_register(
        form, profile, login, reference=Reference("dossier", str(identity)), procedure_code=version.procedure_id
    )
    vouched = prefill.fill(form, {**prefill.identity(profile), **found})
    known = prefill.contact(profile)
    answers = {f.id: known[f.prefill] for f in form.fields() if not f.locked and f.prefill in known}
    with citizen_act(login):
        Profile.objects.select_for_update().get(pk=profile.pk)  # two tabs begin one draft
        open_draft = _open(version, profile.pk)
        if open_draft is not None:
            return open_draft
        now = country_time.now()
        return Draft.objects.create(
            id=identity,
            profile=profile,
            version=version,
            answers=json.dumps(answers, ensure_ascii=False),
            vouched=json.dumps(vouched, ensure_ascii=False),
            register_state=register_state,
            started_at=now,
            saved_at=now,
        )


def _open(version: ProcedureVersion, profile_id: UUID) -> Draft | None:
    rows = list(Draft.objects.filter(profile_id=profile_id, version__procedure_id=version.procedure_id, closed_at=None))
    # guard: which-draft-is-asked
    if len(rows) > 1:
        raise SeveralDrafts
    return rows[0] if rows else None


def refresh_prefill(draft: Draft, profile: Profile, login: LoginRecord) -> Draft:
    """Ask again for what the register could not answer; what was typed stays, a new answer locks its field."""
    form = draft.version.form
    assert form is not None
    found, register_state = prefill.from_register(
        form, profile, login, reference=Reference("dossier", str(draft.pk)), procedure_code=draft.version.procedure_id
    )
    with citizen_act(login):
        draft = Draft.objects.select_for_update().get(pk=draft.pk, profile=profile, closed_at=None)
        vouched = {**draft.read_vouched(), **prefill.fill(form, {**prefill.identity(profile), **found})}
        draft.vouched = json.dumps(vouched, ensure_ascii=False)
        draft.register_state = register_state
        draft.save(update_fields=["vouched", "register_state"])
    return draft
