"""An officer's opinion. The first sends the claim on, to a colleague whom the system draws; the second decides with it.

The register is asked before the transaction; everything is judged inside it (`rules.GRANT`).
"""

from __future__ import annotations

import secrets
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import attempts, audit
from portal.accounts.duty import access
from portal.accounts.duty.access import Acting
from portal.accounts.duty.models import DutyGrant
from portal.claims import handling, limits, rules, standing
from portal.claims.actions import archive, draw_second, tell
from portal.claims.models import CaseOpened, Claim, Opinion
from portal.claims.rules import GrantCode
from portal.claims.states import EFFECT_AFTER, Kind, State, StepRefused

GIVE, REFUSE, MORE = "give", "refuse", "more"


def opened(acting: Acting, claim_id: UUID) -> None:
    """Remember when this officer first had the case before him."""
    claim = Claim.objects.get(pk=claim_id)
    CaseOpened.objects.get_or_create(claim=claim, grant_id=acting.grant_id, defaults={"at": country_time.now()})


def saw_evidence(acting: Acting, claim_id: UUID) -> None:
    """The drawn officer says that the evidence is read; from now on the first opinion is shown."""
    with transaction.atomic():
        access.enforce(acting)
        claim = handling.locked(claim_id)
        if claim.state != State.SECOND or claim.second_grant_id != acting.grant_id:
            raise StepRefused("CLAIM_NOT_DRAWN")
        if claim.second_saw_at is None:
            claim.second_saw_at = country_time.now()
            claim.save(update_fields=["second_saw_at"])
            audit.record("claim.evidence_read", actor=acting.actor, subject=f"claim:{claim.reference}")


def first(acting: Acting, claim_id: UUID, verdict: str, reason: str) -> Claim:
    """The first opinion: give, refuse, or ask the claimant for more. Raises StepRefused, DutyRefused."""
    claim = _judged_before(acting, claim_id, verdict, reason, (GIVE, REFUSE, MORE))
    with transaction.atomic():
        claim = _held(acting, claim_id, State.FIRST)
        if claim.first_grant_id not in (None, acting.grant_id):
            raise StepRefused("CLAIM_OTHER_OFFICER")
        # guard: appeal-by-other-officers
        if _had_a_part(claim, acting):
            raise StepRefused("CLAIM_OTHER_OFFICER")
        claim.first_grant_id = acting.grant_id
        if verdict == MORE:
            claim.told = reason
            handling.step(claim, State.MORE, actor=acting.actor)
            tell.claimant(claim, "claim_more")
            return claim
        if verdict == GIVE:
            _enough_for_now(claim)
        _write(claim, acting, 1, verdict, reason)
        handling.step(claim, State.SECOND, actor=acting.actor, verdict=verdict)
    draw_second.execute(claim_id)
    return claim


def second(acting: Acting, claim_id: UUID, verdict: str, reason: str) -> GrantCode:
    """The second opinion: with it the claim is given, to take effect in 72 hours, or refused.

    Raises StepRefused, DutyRefused.
    """
    claim = _judged_before(acting, claim_id, verdict, reason, (GIVE, REFUSE))
    word = handling.ask_register(claim) if claim.kind != Kind.FREEZE else None
    with transaction.atomic():
        claim = _held(acting, claim_id, State.SECOND)
        if claim.second_grant_id != acting.grant_id:
            raise StepRefused("CLAIM_NOT_DRAWN")
        if claim.second_saw_at is None:
            raise StepRefused("CLAIM_EVIDENCE_FIRST")
        _write(claim, acting, 2, verdict, reason)
        code = rules.decide_grant(standing.grant_facts(claim, word))
        if code is GrantCode.REGISTER_UNAVAILABLE:
            transaction.set_rollback(True)  # neither a yes nor a no: nothing was decided, the opinion is not kept
            return code
        claim.decided_at = country_time.now()
        if code is GrantCode.GRANTED:
            _give(claim, acting)
        elif claim.kind == Kind.FREEZE:
            _ask_two_others(claim, acting)  # the account stays frozen until two agree
        else:
            if code is GrantCode.OWNER_DEAD and claim.portal_account_id is not None:
                archive.seal_dead(claim.portal_account_id, actor=acting.actor)
            claim.told = reason if verdict == REFUSE else _first_reason(claim)
            handling.step(claim, State.REFUSED, actor=acting.actor, code=str(code))
            tell.claimant(claim, "claim_refused")
    return code


def _judged_before(acting: Acting, claim_id: UUID, verdict: str, reason: str, allowed: tuple[str, ...]) -> Claim:
    if verdict not in allowed:
        raise StepRefused("VERDICT_MISSING")
    if len(reason.strip()) < 10:
        raise StepRefused("REASON_MISSING")
    claim = Claim.objects.select_related("profile", "portal_account").get(pk=claim_id)
    handling.enforce_no_interest(acting, claim)
    return claim


def _held(acting: Acting, claim_id: UUID, state: State) -> Claim:
    access.enforce(acting)
    attempts.hold("claim_office", acting.office)
    claim = handling.locked(claim_id)
    if claim.state != state:
        raise StepRefused("CLAIM_OTHER_STATE")
    limit = limits.may_give_opinion(_load(acting))
    if limit is not None:
        raise StepRefused(limit)
    return claim


def _load(acting: Acting) -> limits.Load:
    midnight = country_time.now().replace(hour=0, minute=0, second=0, microsecond=0)
    today = Opinion.objects.filter(at__gte=midnight)
    person = bytes(DutyGrant.objects.get(pk=acting.grant_id).personal_id_index)
    return limits.Load(today.filter(person=person).count(), today.filter(office=acting.office).count())


def _had_a_part(claim: Claim, acting: Acting) -> bool:
    person = bytes(DutyGrant.objects.get(pk=acting.grant_id).personal_id_index)
    return Opinion.objects.filter(claim=claim, person=person).exists()


def _enough_for_now(claim: Claim) -> None:
    """A first "give" without account, agreement or proof would only be refused later; say so now."""
    facts = standing.grant_facts(claim, None)
    early = (GrantCode.NO_ACCOUNT, GrantCode.NOT_CLAIMABLE, GrantCode.OTHER_PERSON, GrantCode.NO_PROOF)
    code = rules.decide_grant(facts)
    if code in early or code is GrantCode.LEVEL_TOO_LOW:
        raise StepRefused(str(code))


def _write(claim: Claim, acting: Acting, place: int, verdict: str, reason: str) -> None:
    opened_at = CaseOpened.objects.filter(claim=claim, grant_id=acting.grant_id).values_list("at", flat=True).first()
    Opinion.objects.create(
        claim=claim,
        round=claim.round,
        place=place,
        grant_id=acting.grant_id,
        person=bytes(DutyGrant.objects.get(pk=acting.grant_id).personal_id_index),
        office=acting.office,
        verdict=verdict,
        reason=reason.strip()[:1000],
        opened_at=opened_at or country_time.now(),
        at=country_time.now(),
    )


def _give(claim: Claim, acting: Acting) -> None:
    claim.effect_at = country_time.now() + EFFECT_AFTER
    claim.review_why = limits.review_why(standing.decision_facts(claim, dice=secrets.randbelow(100)))
    handling.step(claim, State.GRANTED, actor=acting.actor, review=claim.review_why)
    tell.everybody(claim)


def _ask_two_others(claim: Claim, acting: Acting) -> None:
    claim.round += 1
    claim.first_grant = claim.second_grant = None
    claim.drawn_at = claim.second_saw_at = claim.decided_at = None
    handling.step(claim, State.FIRST, actor=acting.actor, code="CLAIM_DISAGREED")


def _first_reason(claim: Claim) -> str:
    found = Opinion.objects.filter(claim=claim, round=claim.round, verdict=REFUSE).order_by("place").first()
    return found.reason if found else ""
