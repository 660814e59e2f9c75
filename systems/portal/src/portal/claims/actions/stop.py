"""Stop a decision within its 72 hours: from an old contact point, by the owner of the number; or withdraw one's own."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts.models import Profile
from portal.claims import handling
from portal.claims.actions import tell
from portal.claims.models import Claim, StopToken
from portal.claims.states import State, StepRefused
from portal.sealing import blind


def look(token: str) -> Claim | None:
    """The claim that this token can stop now."""
    found = (
        StopToken.objects.select_related("claim").filter(token_hash=blind(token, "claim_stop"), used_at=None).first()
    )
    return found.claim if found is not None and found.claim.state == State.GRANTED else None


def by_token(token: str) -> None:
    """Stop, once. The token does nothing else. Raises StepRefused."""
    with transaction.atomic():
        found = StopToken.objects.select_for_update().filter(token_hash=blind(token, "claim_stop")).first()
        # guard: stop-token-single-use
        if found is None or found.used_at is not None:
            raise StepRefused("STOP_REFUSED")
        found.used_at = country_time.now()
        found.save(update_fields=["used_at"])
        _stop(handling.locked(found.claim_id), "old_contact")


def by_owner(claim_id: UUID, person: Profile) -> None:
    """Stop, by the person whose number the account carries. Raises StepRefused."""
    with transaction.atomic():
        claim = handling.locked(claim_id)
        account = handling.locked_account(claim)
        # guard: only-the-owner-of-the-number-stops
        if account is None or person.pk not in {p.pk for p in tell.owners_of_the_number(claim, account)}:
            raise StepRefused("STOP_REFUSED")
        _stop(claim, f"profile:{person.pk}"[:20])


def _stop(claim: Claim, by: str) -> None:
    if claim.state != State.GRANTED:
        raise StepRefused("STOP_REFUSED")
    claim.stopped_by = by
    claim.reviewed_at = None
    claim.review_why = [*claim.review_why, "STOPPED"]
    handling.step(claim, State.STOPPED, actor=by)
    tell.claimant(claim, "claim_stopped")


def withdraw(claim_id: UUID, person: Profile) -> None:
    """The claimant asks for nothing any more. Raises StepRefused."""
    with transaction.atomic():
        claim = handling.locked(claim_id)
        if claim.profile_id != person.pk or claim.kind == "freeze":
            raise StepRefused("CLAIM_UNKNOWN")
        handling.step(claim, State.WITHDRAWN, actor=f"profile:{person.pk}")
