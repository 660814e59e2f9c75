"""Conflicts of interest: nobody handles, approves, claims or looks up his own case or one of his household.

The register is asked each time, for the case at hand. When it does not answer the official may not act: silence is
"unavailable", which is neither a yes nor a no, and the page says so.
"""

from __future__ import annotations

import time
from uuid import UUID

from portal.accounts import register_client
from portal.accounts.duty.access import Acting, DutyRefused
from portal.accounts.duty.models import DutyGrant
from portal.accounts.duty.rules import Refusal, may_handle
from portal.accounts.register_client import Reference
from portal.sealing import blind

PURPOSE = "conflict_of_interest"


def judge(
    acting: Acting, subject_personal_id: str | None, reference: Reference, *, may_be_dead: bool = False
) -> Refusal | None:
    """Whether this official may handle the case of that person; None means yes. Asks the register, holds no lock.

    `may_be_dead`: a number without a live record belongs to no household, instead of to one that nobody knows.
    """
    if not subject_personal_id:
        return None
    official = DutyGrant.objects.get(pk=acting.grant_id)
    own, subject = bytes(official.personal_id_index), blind(subject_personal_id, "personal_id")
    if own == subject:
        return may_handle(official=own, subject=subject, same_household=None)
    try:
        same = register_client.same_household(PURPOSE, reference, (official.personal_id, subject_personal_id))
    except register_client.NotJudged:
        return may_handle(official=own, subject=subject, same_household=False if may_be_dead else None)
    except (register_client.RegisterUnavailable, register_client.QuotaExceeded):
        # guard: unavailable-household-refuses
        return may_handle(official=own, subject=subject, same_household=None)
    return may_handle(official=own, subject=subject, same_household=same)


_asked: dict[tuple[UUID, bytes], tuple[float, Refusal | None]] = {}
"""(duty, blind index of the person) -> (until when, the answer): a list asks once in half a day, an act always."""
LISTED_FOR = 12 * 3600
MOST_KEPT = 20_000


def may_be_listed(acting: Acting, subject_personal_id: str | None, reference: Reference) -> bool:
    """May a list show this official the name behind a case? Not of his household, nor while nobody knows."""
    if not subject_personal_id:
        return True
    key = (acting.grant_id, blind(subject_personal_id, "personal_id"))
    until, refusal = _asked.get(key, (0.0, None))
    if until < time.monotonic():
        refusal = judge(acting, subject_personal_id, reference)
        if refusal is not Refusal.HOUSEHOLD_UNKNOWN:
            if len(_asked) >= MOST_KEPT:
                _asked.clear()
            _asked[key] = (time.monotonic() + LISTED_FOR, refusal)
    return refusal is None


def enforce(
    acting: Acting, subject_personal_id: str | None, reference: Reference, *, may_be_dead: bool = False
) -> None:
    """Raises DutyRefused when `judge` says no. Call it before the act's transaction."""
    refusal = judge(acting, subject_personal_id, reference, may_be_dead=may_be_dead)
    # guard: no-own-case-or-household
    if refusal is not None:
        raise DutyRefused(refusal)
