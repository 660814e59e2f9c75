"""The steps after acceptance: begin processing, finish, hand the result over."""

from __future__ import annotations

from uuid import UUID

from portal.accounts.duty.access import Acting
from portal.desk.handling import official_act
from portal.dossiers.models import Dossier
from portal.dossiers.states import Act, ActRefused

STEPS = frozenset({Act.START, Act.COMPLETE, Act.RETURN_RESULT})


def move_on(acting: Acting, dossier_id: UUID, act: Act, *, seen_state: str) -> Dossier:
    """Do one of `STEPS`. Raises DutyRefused, ActRefused."""
    if act not in STEPS:
        raise ActRefused("ROLE_NOT_ALLOWED")
    notice = "dossier-done" if act is Act.COMPLETE else None
    return official_act(acting, dossier_id, act, seen_state=seen_state, notice=notice)
