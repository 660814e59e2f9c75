"""What the desk may give, as lists of conditions. Pure: facts in, decision out; `docs/claim-rules.md` is made from it.

Two questions are kept apart. Identity: does the proven person agree with what the account said before the claim?
Control: did this person use the account? Neither replaces the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from portal.accounts import conditions
from portal.accounts.conditions import Condition
from portal.accounts.matching import Said, same_person
from portal.claims.states import EFFECT_AFTER, Kind

PHONE_HELD = timedelta(days=90)
PASSWORD_TRIES = 5
REGISTER_FRESH = timedelta(minutes=10)
CLAIMABLE = ("open", "matched", "conflict", "waiting", "archived")


class ProofKind(StrEnum):
    """Ways to show that one used the account."""

    PASSWORD = "password"  # noqa: S105 (the name of a kind of proof)
    OLD_PHONE = "old_phone"
    RECEIPT = "receipt"
    ORIGINALS = "originals"


class Agreement(StrEnum):
    """How the proven person agrees with what the account said."""

    NUMBER = "number"
    NAME_AND_DATE = "name_and_date"
    NONE = "none"


def agreement(said: Said, matched_number: str | None, proven: Said) -> Agreement:
    """Compare what the account said before the claim with the e-ID. A number that differs is another person."""
    if matched_number is not None and matched_number != proven.personal_id:
        return Agreement.NONE
    if not same_person(said, proven):
        return Agreement.NONE
    if said.personal_id is None and matched_number is None:
        return Agreement.NAME_AND_DATE
    return Agreement.NUMBER


def control(proofs: Iterable[tuple[str, bool]]) -> frozenset[str]:
    """Which ways of control are shown: password, old phone, papers (a fitting receipt and original papers)."""
    good = {kind for kind, fits in proofs if fits}
    shown = good & {ProofKind.PASSWORD, ProofKind.OLD_PHONE}
    if {ProofKind.RECEIPT, ProofKind.ORIGINALS} <= good:
        shown = shown | {"papers"}
    return frozenset(str(kind) for kind in shown)


def enough(agrees: Agreement, shown: frozenset[str]) -> bool:
    """One way where the number agrees. Without a number twins look alike: papers, or two ways."""
    if agrees is Agreement.NUMBER:
        return bool(shown)
    return agrees is Agreement.NAME_AND_DATE and ("papers" in shown or len(shown) >= 2)


def old_phone_counts(*, account_phone: str | None, eid_phone: str | None, held: timedelta | None) -> bool:
    """May a code to the account's phone prove anything? Only where the e-ID has had the same phone for 90 days."""
    if not account_phone or account_phone != eid_phone or held is None:
        return False
    # guard: old-phone-held-for-ninety-days
    return held >= PHONE_HELD


class GrantCode(StrEnum):
    """Why the desk cannot give, or GRANTED."""

    GRANTED = "GRANTED"
    LEVEL_TOO_LOW = "VNEID_L1_ONLY"
    NO_ACCOUNT = "CLAIM_NO_ACCOUNT"
    NOT_CLAIMABLE = "CLAIM_NOT_CLAIMABLE"
    OTHER_PERSON = "CLAIM_OTHER_PERSON"
    NO_PROOF = "CLAIM_NO_PROOF"
    REGISTER_UNAVAILABLE = "NPD_UNAVAILABLE"
    REGISTER_NO_MATCH = "NPD_NO_LONGER_MATCHES"
    OWNER_DEAD = "CLAIM_OWNER_DEAD"
    OWNER_ALIVE = "CLAIM_OWNER_ALIVE"
    NOT_TWO = "CLAIM_NEEDS_TWO"
    SAME_OFFICE = "CLAIM_SAME_OFFICE"
    NOT_DRAWN = "CLAIM_NOT_DRAWN"
    NOT_SEEN = "CLAIM_EVIDENCE_FIRST"
    INTEREST = "CLAIM_INTEREST"
    DISAGREED = "CLAIM_DISAGREED"


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """Everything a decision of the desk depends on, gathered under the lock of claim and account.

    `register_*`: the claimant, asked for this act. `owner_state`: what the register says of the person whom the account
    named ("live", "dead", "" when it named no number). `interest`: an officer is claimant, beneficiary or of a
    household with one of them, or it is not known. `freeze`: the case decides about a frozen account.
    """

    kind: str
    eid_level: int
    account_named: bool
    account_state: str
    agrees: Agreement
    shown: frozenset[str]
    register_overall: str | None
    register_record_state: str
    register_age: timedelta | None
    owner_state: str
    persons: int
    offices: int
    second_drawn: bool
    second_saw_evidence: bool
    interest: bool
    verdicts: tuple[str, ...]


def _stale(f: GrantFacts) -> bool:
    return f.register_overall is None or f.register_age is None or not timedelta(0) <= f.register_age <= REGISTER_FRESH


GRANT: tuple[Condition[GrantFacts, GrantCode], ...] = (
    Condition(
        GrantCode.LEVEL_TOO_LOW,
        "the claimant was proven by the own e-ID at level 2",
        # guard: claim-needs-level-2
        lambda f: f.kind != Kind.FREEZE and f.eid_level < 2,
    ),
    Condition(GrantCode.NO_ACCOUNT, "the account is named", lambda f: not f.account_named),
    Condition(
        GrantCode.NOT_CLAIMABLE,
        "the account belongs to nobody (a freeze: it is frozen)",
        # guard: claim-only-of-nobodys-account
        lambda f: f.account_state not in (("frozen",) if f.kind == Kind.FREEZE else CLAIMABLE),
    ),
    Condition(
        GrantCode.OTHER_PERSON,
        "identity: the e-ID agrees with what the account said before the claim",
        # guard: claim-identity-agrees
        lambda f: f.kind == Kind.ACCOUNT and f.agrees is Agreement.NONE,
    ),
    Condition(
        GrantCode.NO_PROOF,
        "control: old password | code to the old phone | receipt and originals; without a number two ways or papers",
        # guard: claim-needs-proof-of-control
        lambda f: f.kind == Kind.ACCOUNT and not enough(f.agrees, f.shown),
    ),
    Condition(
        GrantCode.NO_PROOF,
        "an heir: original papers were seen at a desk",
        # guard: heir-needs-papers
        lambda f: f.kind == Kind.HEIR and "papers" not in f.shown,
    ),
    Condition(
        GrantCode.REGISTER_UNAVAILABLE,
        "the register answered for this act, at most 10 minutes ago",
        # guard: claim-never-without-the-register
        lambda f: f.kind != Kind.FREEZE and _stale(f),
    ),
    Condition(
        GrantCode.REGISTER_NO_MATCH,
        "the register knows the claimant and the record is live",
        # guard: claim-needs-a-living-record
        lambda f: f.kind != Kind.FREEZE and (f.register_overall != "MATCH" or f.register_record_state != "live"),
    ),
    Condition(
        GrantCode.OWNER_DEAD,
        "the person whom the account named is not dead (only an heir may ask then)",
        # guard: dead-owner-is-sealed
        lambda f: f.kind == Kind.ACCOUNT and f.owner_state == "dead",
    ),
    Condition(
        GrantCode.OWNER_ALIVE,
        "an heir: the register knows that the owner is dead",
        # guard: heir-of-a-living-person
        lambda f: f.kind == Kind.HEIR and f.owner_state != "dead",
    ),
    Condition(
        GrantCode.NOT_TWO,
        "two different persons gave an opinion",
        # guard: claim-needs-two-officers
        lambda f: f.persons < 2 or len(f.verdicts) != 2,
    ),
    Condition(
        GrantCode.SAME_OFFICE,
        "from two different offices",
        # guard: claim-needs-two-offices
        lambda f: f.offices < 2,
    ),
    Condition(
        GrantCode.NOT_DRAWN,
        "the second was drawn by the system",
        # guard: second-officer-is-drawn
        lambda f: not f.second_drawn,
    ),
    Condition(
        GrantCode.NOT_SEEN,
        "the second had read the evidence before the first opinion",
        # guard: second-sees-evidence-first
        lambda f: not f.second_saw_evidence,
    ),
    Condition(
        GrantCode.INTEREST,
        "neither is claimant, beneficiary, or of the household of one of them",
        # guard: claim-without-interest
        lambda f: f.interest,
    ),
    Condition(
        GrantCode.DISAGREED,
        "both say: give (a freeze: both say the same)",
        # guard: claim-needs-both-to-agree
        lambda f: len(set(f.verdicts)) != 1 or (f.kind != Kind.FREEZE and f.verdicts[0] != "give"),
    ),
)


class EffectCode(StrEnum):
    """Why a granted claim has no effect now, or EFFECTIVE."""

    EFFECTIVE = "EFFECTIVE"
    NOT_GRANTED = "CLAIM_NOT_GRANTED"
    TOO_EARLY = "CLAIM_TOO_EARLY"
    STOPPED = "CLAIM_STOPPED"
    UNDER_REVIEW = "CLAIM_UNDER_REVIEW"
    NOT_CLAIMABLE = "CLAIM_NOT_CLAIMABLE"
    REGISTER_UNAVAILABLE = "NPD_UNAVAILABLE"
    RECORD_NOT_LIVE = "NPD_RECORD_NOT_LIVE"


@dataclass(frozen=True, slots=True)
class EffectFacts:
    """Everything the effect of a granted claim depends on. `since_decision`: country time since both had agreed."""

    kind: str
    state: str
    since_decision: timedelta | None
    stopped: bool
    review_open: bool
    account_state: str
    register_overall: str | None
    register_record_state: str


EFFECT: tuple[Condition[EffectFacts, EffectCode], ...] = (
    Condition(EffectCode.STOPPED, "nobody who was told has stopped it", lambda f: f.stopped or f.state == "stopped"),
    Condition(EffectCode.NOT_GRANTED, "two officers have given it", lambda f: f.state != "granted"),
    Condition(
        EffectCode.TOO_EARLY,
        "72 hours have passed since the decision",
        # guard: claim-waits-72-hours
        lambda f: f.since_decision is None or f.since_decision < EFFECT_AFTER,
    ),
    Condition(
        EffectCode.UNDER_REVIEW,
        "a decision that was chosen for review has been reviewed",
        # guard: reviewed-before-effect
        lambda f: f.review_open,
    ),
    Condition(
        EffectCode.NOT_CLAIMABLE,
        "the account still belongs to nobody (a freeze: it is still frozen)",
        # guard: claimable-again-at-effect
        lambda f: f.account_state not in (("frozen",) if f.kind == Kind.FREEZE else CLAIMABLE),
    ),
    Condition(
        EffectCode.REGISTER_UNAVAILABLE,
        "the register answered again",
        lambda f: f.kind != Kind.FREEZE and f.register_overall is None,
    ),
    Condition(
        EffectCode.RECORD_NOT_LIVE,
        "the register still knows the claimant as living",
        # guard: living-again-at-effect
        lambda f: f.kind != Kind.FREEZE and (f.register_overall != "MATCH" or f.register_record_state != "live"),
    ),
)


def decide_grant(facts: GrantFacts) -> GrantCode:
    """The first condition that fails, or GRANTED."""
    return conditions.first_failing(GRANT, facts) or GrantCode.GRANTED


def decide_effect(facts: EffectFacts) -> EffectCode:
    """The first condition that fails, or EFFECTIVE."""
    return conditions.first_failing(EFFECT, facts) or EffectCode.EFFECTIVE
