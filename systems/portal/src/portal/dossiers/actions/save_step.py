"""Keep what was typed on one page, right or wrong; say what is wrong. Nothing that reached us is ever lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from kernel import country_time
from portal.accounts.sessions import LoginRecord
from portal.catalogue.answers import AnswerError, judge_step, relevant
from portal.catalogue.offices import communes_served
from portal.dossiers.models import Draft
from portal.dossiers.standing import ActNotPossible, citizen_act, refuse_frozen


def save_step(
    draft_id: UUID, profile_id: UUID, login: LoginRecord, step_id: str, posted: Mapping[str, str]
) -> tuple[Draft, Mapping[str, AnswerError]]:
    """The saved draft and the errors of this page by field id (empty: go on).

    Raises ActNotPossible("DRAFT_CLOSED") when the draft was submitted or thrown away meanwhile.
    """
    with citizen_act(login):
        draft = Draft.objects.select_for_update().filter(pk=draft_id, profile_id=profile_id, closed_at=None).first()
        if draft is None:
            raise ActNotPossible("DRAFT_CLOSED")
        refuse_frozen(draft, profile_id)
        form = draft.version.form
        step = form.step(step_id) if form else None
        if form is None or step is None:
            raise ActNotPossible("NO_SUCH_STEP")
        answers = draft.read_answers()
        judged = judge_step(
            step,
            posted,
            answers=relevant(form, answers),
            locked=draft.locked(),
            today=country_time.today(),
            communes=communes_served(draft.version.procedure_id),
        )
        draft.answers = json.dumps({**answers, **judged.answers}, ensure_ascii=False)
        draft.saved_at = country_time.now()
        draft.save(update_fields=["answers", "saved_at"])
    return draft, judged.errors
