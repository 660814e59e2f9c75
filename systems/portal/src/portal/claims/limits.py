"""How much one person, one officer, one office may do, and which decisions a third person looks at again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from portal.accounts.conditions import table
from portal.claims import rules

OPEN_CLAIMS = 5
OPINIONS_A_DAY = 20
OPINIONS_OF_AN_OFFICE_A_DAY = 60
RANDOM_SHARE = 5
"""Percent of all decisions that are reviewed although nothing about them stands out."""
GIVEN_BEFORE = 2
PAIR_BEFORE = 5
QUICK = timedelta(minutes=2)
MANY_GIVEN = 10
OFTEN = 2.0


@dataclass(frozen=True, slots=True)
class Load:
    """Opinions of today: of this officer, of this office."""

    of_officer: int
    of_office: int


def may_give_opinion(load: Load) -> str | None:
    """None, or the code of the limit that is reached."""
    # guard: officer-limit
    if load.of_officer >= OPINIONS_A_DAY:
        return "LIMIT_OFFICER"
    # guard: office-limit
    if load.of_office >= OPINIONS_OF_AN_OFFICE_A_DAY:
        return "LIMIT_OFFICE"
    return None


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """What may stand out about a decision to give. Counts are of the 90 days before.

    `claimant_given`: claims given to this person. `pair_given`: given by these two officers together. `quickest`: the
    shorter of the two times between opening and opinion. `officer_given`, `usual_given`: given by the busier of the
    two, and by an officer on average. `same_contact`: other claims with the same contact. `dice`: 0..99, drawn.
    """

    claimant_given: int
    pair_given: int
    quickest: timedelta
    officer_given: int
    usual_given: float
    same_contact: int
    dice: int


def review_why(facts: DecisionFacts) -> list[str]:
    """Why a third person looks at this decision before its effect; empty when nobody has to."""
    table_ = (
        # guard: outliers-are-reviewed
        (facts.claimant_given >= GIVEN_BEFORE, "MANY_FOR_ONE_PERSON"),
        (facts.pair_given >= PAIR_BEFORE, "SAME_TWO_OFFICERS"),
        (facts.quickest < QUICK, "TOO_QUICK"),
        (
            facts.officer_given >= MANY_GIVEN and facts.officer_given > OFTEN * facts.usual_given,
            "GIVES_MORE_THAN_OTHERS",
        ),
        (facts.same_contact > 0, "CONTACT_OF_ANOTHER_CLAIM"),
        # guard: five-percent-are-reviewed
        (facts.dice < RANDOM_SHARE, "DRAWN"),
    )
    return [why for stands_out, why in table_ if stands_out]


def rules_table() -> str:
    """The page `docs/claim-rules.md`, whole."""
    return (
        "# The rules of the claim desk\n\nMade from `portal/claims/rules.py` and `limits.py` by `portal claim-rules`; "
        "a test compares them.\n\n## What the desk may give\n\n"
        + table("The desk gives only when", rules.GRANT)
        + "\n## When it takes effect\n\n"
        + table("A decision takes effect only when", rules.EFFECT)
        + "\n## Limits\n\n| what | at most |\n| --- | --- |\n"
        + f"| open claims of one person | {OPEN_CLAIMS} |\n| tries of the old password for one account | "
        + f"{rules.PASSWORD_TRIES} |\n| opinions of one officer in a day | {OPINIONS_A_DAY} |\n"
        + f"| opinions of one office in a day | {OPINIONS_OF_AN_OFFICE_A_DAY} |\n"
        + f"| reviewed at random | {RANDOM_SHARE} % of what is given |\n"
    )
