"""The facts of a claim as the pure rules need them, read under the locks of the act."""

from __future__ import annotations

from datetime import timedelta

from kernel import country_time
from portal.accounts.models import PortalAccount
from portal.claims import handling, rules
from portal.claims.handling import Word
from portal.claims.limits import DecisionFacts
from portal.claims.models import Claim, Opinion
from portal.claims.states import State
from portal.sealing import blind

WINDOW = timedelta(days=90)
GIVEN = (State.GRANTED, State.EFFECTIVE)


def grant_facts(claim: Claim, word: Word | None) -> rules.GrantFacts:
    """For the decision of the desk. `word` None: the register was not asked yet."""
    account = handling.locked_account(claim)
    opinions = list(Opinion.objects.filter(claim=claim, round=claim.round).select_related("grant").order_by("place"))
    persons = {bytes(opinion.person) for opinion in opinions}
    numbers = {blind(number, "personal_id") for number in handling.concerned(claim)}
    return rules.GrantFacts(
        kind=claim.kind,
        eid_level=claim.eid_level,
        account_named=account is not None,
        account_state=account.state if account else "",
        agrees=handling.agreement(account, claim.profile),
        shown=handling.shown(claim),
        register_overall=word.overall if word else None,
        register_record_state=word.record_state if word else "",
        register_age=word.age if word else None,
        owner_state=word.owner_state if word else "",
        persons=len(persons),
        offices=len({opinion.office for opinion in opinions}),
        second_drawn=claim.drawn_at is not None and _drawn_one_answered(claim, opinions),
        second_saw_evidence=claim.second_saw_at is not None,
        interest=bool(persons & numbers),  # households were asked before the transaction, for each of the two
        verdicts=tuple(opinion.verdict for opinion in opinions),
    )


def _drawn_one_answered(claim: Claim, opinions: list[Opinion]) -> bool:
    return any(opinion.place == 2 and opinion.grant_id == claim.second_grant_id for opinion in opinions)


def effect_facts(claim: Claim, account: PortalAccount | None, word: Word | None) -> rules.EffectFacts:
    """For the effect of a decision to give."""
    return rules.EffectFacts(
        kind=claim.kind,
        state=claim.state,
        since_decision=country_time.now() - claim.decided_at if claim.decided_at else None,
        stopped=bool(claim.stopped_by),
        review_open=bool(claim.review_why) and claim.reviewed_at is None,
        account_state=account.state if account else "",
        register_overall=word.overall if word else None,
        register_record_state=word.record_state if word else "",
    )


def decision_facts(claim: Claim, *, dice: int) -> DecisionFacts:
    """What may stand out about this decision, among those of the last 90 days."""
    since = country_time.now() - WINDOW
    given = Claim.objects.filter(decided_at__gt=since, state__in=GIVEN).exclude(pk=claim.pk)
    opinions = list(Opinion.objects.filter(claim=claim, round=claim.round))
    persons = [bytes(opinion.person) for opinion in opinions]
    by_person: dict[bytes, int] = {}
    pairs = 0
    for other in given.prefetch_related("opinions"):
        theirs = {bytes(o.person) for o in other.opinions.all() if o.round == other.round}
        pairs += theirs == set(persons)
        for person in theirs:
            by_person[person] = by_person.get(person, 0) + 1
    contact = claim.contact
    others = Claim.objects.filter(made_at__gt=since).exclude(profile=claim.profile).exclude(pk=claim.pk)
    return DecisionFacts(
        claimant_given=given.filter(profile=claim.profile).count(),
        pair_given=pairs,
        quickest=min((o.at - o.opened_at for o in opinions), default=timedelta(0)),
        officer_given=max((by_person.get(person, 0) for person in persons), default=0),
        usual_given=sum(by_person.values()) / len(by_person) if by_person else 0.0,
        same_contact=sum(other.contact == contact for other in others.iterator()),
        dice=dice,
    )
