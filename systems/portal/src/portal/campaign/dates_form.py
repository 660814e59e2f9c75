"""The form in which dates are proposed: one date, time and legal basis for each kind of account. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kernel.country_time import VIETNAM, short_date
from portal.accounts.cutover import ACCOUNT_KINDS, DEFAULT_COHORT, PolicyDocument, Rule
from portal.i18n import _

DAY = re.compile(r"\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})\s*")
CLOCK = re.compile(r"\s*(\d{1,2})\s*[:gh]\s*(\d{2})\s*")
MAX_TEXT = 500


@dataclass(frozen=True)
class DatesForm:
    """What was typed (field id -> text), what is wrong with it (field id -> message), and the rules when nothing is."""

    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    @property
    def reason(self) -> str:
        """Why the proposal is made."""
        return self.typed["reason"].strip()


def filled(document: PolicyDocument) -> DatesForm:
    """The form as it opens: what holds now."""
    typed = {"reason": ""}
    for kind in ACCOUNT_KINDS:
        rule = document.rule_for(kind, DEFAULT_COHORT)
        ends_at = rule.ends_at.astimezone(VIETNAM) if rule else None
        typed[f"{kind}_date"] = short_date(ends_at.date()) if ends_at else ""
        typed[f"{kind}_time"] = f"{ends_at:%H:%M}" if ends_at else "00:00"
        typed[f"{kind}_basis"] = rule.legal_basis if rule else ""
    return DatesForm(typed)


def read(posted: Mapping[str, str], document: PolicyDocument) -> DatesForm:
    """What was sent. Rules of other cohorts stay as they are."""
    typed = {name: str(posted.get(name, ""))[: MAX_TEXT + 1] for name in filled(document).typed}
    errors: dict[str, str] = {}
    rules = [rule for rule in document.rules if rule.cohort != DEFAULT_COHORT]
    for kind in ACCOUNT_KINDS:
        ends_at = _moment(typed[f"{kind}_date"], typed[f"{kind}_time"])
        basis = " ".join(typed[f"{kind}_basis"].split())
        if ends_at is None:
            errors[f"{kind}_date"] = _("Enter a date such as 01/7/2024 and a time such as 00:00")
        if not 5 <= len(basis) <= MAX_TEXT:
            errors[f"{kind}_basis"] = _("Name the law on which this date rests")
        if ends_at is not None:
            rules.append(Rule(kind, DEFAULT_COHORT, ends_at, basis))
    if not 10 <= len(typed["reason"].strip()) <= MAX_TEXT:
        errors["reason"] = _("Say why, in at least 10 and at most 500 characters")
    if not errors and set(rules) == set(document.rules):
        errors["citizen_date"] = _("These are the dates that hold already; change at least one")
    return DatesForm(typed, errors, () if errors else tuple(rules))


def _moment(day: str, clock: str) -> datetime | None:
    date_, time_ = DAY.fullmatch(day), CLOCK.fullmatch(clock)
    if date_ is None or time_ is None:
        return None
    try:
        return datetime(int(date_[3]), int(date_[2]), int(date_[1]), int(time_[1]), int(time_[2]), tzinfo=VIETNAM)
    except ValueError:
        return None
