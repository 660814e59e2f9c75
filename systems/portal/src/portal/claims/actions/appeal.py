"""The claimant appeals a refusal, once, within 30 days: two other officers decide anew, from the same evidence."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts.models import Profile
from portal.claims import handling, states
from portal.claims.models import Claim
from portal.claims.states import State, StepRefused


def execute(claim_id: UUID, person: Profile, words: str) -> Claim:
    """Begin the second round. Raises StepRefused."""
    if len(words.strip()) < 10:
        raise StepRefused("REASON_MISSING")
    with transaction.atomic():
        claim = handling.locked(claim_id)
        if claim.profile_id != person.pk:
            raise StepRefused("CLAIM_UNKNOWN")
        may = states.may_appeal(
            state=State(claim.state), round_=claim.round, decided_at=claim.decided_at, now=country_time.now()
        )
        # guard: appeal-once-within-thirty-days
        if not may:
            raise StepRefused("APPEAL_TOO_LATE")
        claim.round, claim.reason = 2, f"{claim.reason}\n\n{words.strip()[:1000]}"
        claim.first_grant = claim.second_grant = None
        claim.drawn_at = claim.second_saw_at = claim.decided_at = claim.effect_at = None
        claim.told, claim.review_why, claim.reviewed_at, claim.stopped_by = "", [], None, ""
        handling.step(claim, State.FIRST, actor=f"profile:{person.pk}", round=2)
    return claim
