"""The system draws the second officer: another office, another person, nobody whom the claim concerns."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit, register_client
from portal.accounts.duty.models import DutyGrant
from portal.accounts.duty.rules import Role, in_force
from portal.accounts.register_client import NotJudged, QuotaExceeded, RegisterUnavailable
from portal.claims import handling
from portal.claims.models import Claim, Opinion
from portal.claims.states import State
from portal.sealing import blind

PURPOSE = "conflict_of_interest"


def execute(claim_id: UUID) -> DutyGrant | None:
    """Draw and write; None when nobody can be drawn now (no other office on duty, or the register is silent)."""
    claim = Claim.objects.select_related("profile", "portal_account", "first_grant").get(pk=claim_id)
    if claim.state != State.SECOND or claim.first_grant is None or claim.second_grant_id is not None:
        return claim.second_grant
    candidates = eligible(claim)
    secrets.SystemRandom().shuffle(candidates)
    drawn = next((each for each in candidates if _lives_apart(each, claim)), None)
    if drawn is None:
        return None
    with transaction.atomic():
        claim = handling.locked(claim_id)
        if claim.state != State.SECOND or claim.second_grant_id is not None:
            return claim.second_grant
        claim.second_grant, claim.drawn_at = drawn, country_time.now()
        claim.save(update_fields=["second_grant", "drawn_at"])
        detail = {"of": len(candidates), "drawn": str(drawn.pk)}
        audit.record("claim.second_drawn", actor="system", subject=f"claim:{claim.reference}", detail=detail)
    return drawn


def eligible(claim: Claim) -> list[DutyGrant]:
    """Officers of the desk in force today, of another office than the first, who had no part in the claim yet."""
    first, today = claim.first_grant, country_time.today()
    assert first is not None
    barred = {bytes(person) for person in Opinion.objects.filter(claim=claim).values_list("person", flat=True)}
    barred |= {blind(number, "personal_id") for number in handling.concerned(claim)}
    barred |= handling.persons_of([first])
    rows = DutyGrant.objects.filter(role=Role.DESK_OFFICER).select_related("proposed_by", "approved_by")
    return [
        grant
        for grant in rows
        # guard: second-of-another-office
        if grant.office not in ("", first.office)
        and in_force(grant.facts, today) is None
        and bytes(grant.personal_id_index) not in barred
    ]


def _lives_apart(grant: DutyGrant, claim: Claim) -> bool:
    """Only a plain "no, another household" of the register for everybody concerned lets an officer be drawn."""
    return all(_apart(grant, claim, number) for number in handling.concerned(claim))


def _apart(grant: DutyGrant, claim: Claim, number: str) -> bool:
    reference = handling.reference_of(claim)
    try:
        return not register_client.same_household(PURPOSE, reference, (grant.personal_id, number))
    except NotJudged:
        return bool(number != claim.profile.personal_id)  # the owner of the account may be dead; the claimant lives
    except (RegisterUnavailable, QuotaExceeded):
        # guard: nobody-is-drawn-unasked
        return False
