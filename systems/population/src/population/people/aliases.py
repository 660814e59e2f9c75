"""Numbers that only lead to people: 9 digits of an old card, cancelled and merged numbers. Pure.

An alias leads to none, one or several and never decides alone (Decree 70/2024 on old numbers): the best it can say is
INSUFFICIENT, also where name and birth date agree with exactly one living person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kernel.partial_date import PartialDate
from population.people.comparison import NOT_FOUND, FieldResult, Subject, Verdict, compare
from population.people.record import Found

AliasKind = Literal["legacy_id9", "cancelled", "merged"]


@dataclass(frozen=True, slots=True)
class Alias:
    """How many records an alias leads to, and how many of them live and agree in name and birth date."""

    kind: AliasKind
    leads_to: int
    agreeing: int


@dataclass(frozen=True, slots=True)
class LegacySubject:
    """Whom somebody asks about by the 9 digits of an old card."""

    full_name: str
    birth_date: PartialDate
    legacy_id9: str


def judge(subject: LegacySubject, candidates: Sequence[Found]) -> tuple[Verdict, Alias]:
    """What may be said of a 9-digit number: per field the best of its candidates, and never a match of the whole."""
    verdicts = [
        (found, compare(Subject(subject.full_name, subject.birth_date, found.record.personal_id), found.record))
        for found in candidates
    ]
    agreeing = [one for found, one in verdicts if one.overall == "MATCH" and found.state == "live"]
    alias = Alias("legacy_id9", len(candidates), len(agreeing))
    if not verdicts:
        return NOT_FOUND, alias
    fields = tuple((name, _best(verdicts, name)) for name in ("full_name", "birth_date"))
    # guard: npd-alias-never-decides
    overall: Literal["INSUFFICIENT", "NO_MATCH"] = "INSUFFICIENT" if agreeing else "NO_MATCH"
    return Verdict(overall, (*fields, ("personal_id", "INSUFFICIENT"))), alias


def _best(verdicts: Sequence[tuple[Found, Verdict]], name: str) -> FieldResult:
    # The one candidate that agrees most speaks for all fields, so that no answer is patched together from two people.
    ranks: dict[FieldResult, int] = {"MATCH": 3, "INSUFFICIENT": 2, "ACCENTS_DIFFER": 1, "NO_MATCH": 0}
    best = max((one for _, one in verdicts), key=lambda one: sum(ranks[result] for _, result in one.fields))
    return dict(best.fields)[name]
