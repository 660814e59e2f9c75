"""A third person looks at a decision that stands out, was drawn, or was stopped: let it go on, or refuse it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit
from portal.accounts.duty import access
from portal.accounts.duty.access import Acting
from portal.claims import handling
from portal.claims.actions import tell
from portal.claims.models import Claim, Opinion
from portal.claims.states import EFFECT_AFTER, State, StepRefused


def execute(acting: Acting, claim_id: UUID, *, go_on: bool, words: str) -> Claim:
    """Write the review. A stopped claim that goes on waits its 72 hours anew. Raises StepRefused, DutyRefused."""
    if len(words.strip()) < 10:
        raise StepRefused("REASON_MISSING")
    claim = Claim.objects.select_related("profile", "portal_account").get(pk=claim_id)
    handling.enforce_no_interest(acting, claim)
    with transaction.atomic():
        grant = access.enforce(acting)
        claim = handling.locked(claim_id)
        persons = {bytes(p) for p in Opinion.objects.filter(claim=claim).values_list("person", flat=True)}
        # guard: reviewer-is-a-third-person
        if bytes(grant.personal_id_index) in persons:
            raise StepRefused("CLAIM_OTHER_OFFICER")
        if claim.state not in (State.GRANTED, State.STOPPED) or not claim.review_why or claim.reviewed_at is not None:
            raise StepRefused("CLAIM_OTHER_STATE")
        claim.reviewed_at, claim.reviewed_by, claim.review_words = country_time.now(), grant, words.strip()[:1000]
        stopped = claim.state == State.STOPPED
        detail = {"go_on": go_on, "why": claim.review_why}
        audit.record("claim.reviewed", actor=acting.actor, subject=f"claim:{claim.reference}", detail=detail)
        if not go_on:
            claim.told, claim.decided_at = words.strip()[:1000], country_time.now()
            handling.step(claim, State.REFUSED, actor=acting.actor)
            tell.claimant(claim, "claim_refused")
        elif stopped:
            claim.stopped_by = ""
            claim.decided_at = country_time.now()
            claim.effect_at = claim.decided_at + EFFECT_AFTER
            handling.step(claim, State.GRANTED, actor=acting.actor)
            tell.everybody(claim)
        else:
            claim.save()
    return claim
