"""The date on which old accounts stop signing in, as a rule over facts.

Decree 69/2024/NĐ-CP, Article 40: accounts made by portals sign in until the end of 30/6/2024 (individuals)
and of 30/6/2025 (organisations). The date is policy: a versioned document, held by every portal. This module
reads such a document and judges with it. It knows neither Django nor the clock: whoever asks says how old the
copy is and what time it is in the country.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

ACCOUNT_KINDS = ("citizen", "official", "organisation")
DEFAULT_COHORT = "default"
MAX_COPY_AGE = timedelta(minutes=10)
"""A copy that was last known to be the current one this long ago can no longer be judged by."""

MAX_UPSTREAM_AGE = timedelta(minutes=30)
"""How long a session made by an old login at another portal lives without asking that portal again."""


class Code(StrEnum):
    """Why an old login is refused; the codes a citizen and the hotline see (facts.md 3.5)."""

    OPEN = "OPEN"
    CUTOFF_PASSED = "CUTOFF_PASSED"
    POLICY_STALE = "POLICY_STALE"
    POLICY_UNKNOWN_KIND = "POLICY_UNKNOWN_KIND"


class DocumentRefused(ValueError):
    """A policy document that cannot be read: wrong shape, a date without an offset, a rule given twice."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Until when the old accounts of one kind and cohort sign in, by which law."""

    kind: str
    cohort: str
    ends_at: datetime
    legal_basis: str


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """One version of the whole policy. `issued_at` is real time, `Rule.ends_at` country time."""

    version: int
    issued_at: datetime
    proposed_by: str
    approved_by: str
    reason: str
    rules: tuple[Rule, ...]

    def rule_for(self, kind: str, cohort: str) -> Rule | None:
        """The rule of this cohort, else the one of its kind's default cohort, else None."""
        found = {rule.cohort: rule for rule in self.rules if rule.kind == kind}
        return found.get(cohort) or found.get(DEFAULT_COHORT)


@dataclass(frozen=True, slots=True)
class Copy:
    """What a portal holds: the current document, how long ago it was last known to be current (None: never),
    and a document that takes effect only when every portal has acknowledged it."""

    current: PolicyDocument | None
    age: timedelta | None
    awaiting: PolicyDocument | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """May an old login of this kind act now? `legal_date` is the first day on which it may not."""

    allowed: bool
    code: Code
    legal_date: date | None = None
    days_left: int | None = None
    legal_basis: str = ""

    @property
    def expired(self) -> bool:
        """True only when the law's date has passed; False also means "cannot be said now"."""
        return self.code is Code.CUTOFF_PASSED


def decide(copy: Copy, kind: str, cohort: str, country_now: datetime) -> Verdict:
    """Judge an old login of `kind` and `cohort` at `country_now` (aware).

    Refuses closed: no copy, a copy older than ten minutes and a date that waits for acknowledgements are
    POLICY_STALE ("unavailable, try later", never "expired"); a kind without a rule is POLICY_UNKNOWN_KIND.
    """
    rule = copy.current.rule_for(kind, cohort) if copy.current else None
    facts = _facts(rule, country_now)
    # guard: policy-stale-refuses
    if copy.age is None or copy.age >= MAX_COPY_AGE:
        return Verdict(False, Code.POLICY_STALE, *facts)
    # guard: policy-unknown-kind-refuses
    if rule is None:
        return Verdict(False, Code.POLICY_UNKNOWN_KIND)
    # guard: date-refuses-old-login
    if country_now >= rule.ends_at:
        return Verdict(False, Code.CUTOFF_PASSED, *facts)
    awaited = copy.awaiting.rule_for(kind, cohort) if copy.awaiting else None
    # guard: date-awaiting-acknowledgement-refuses
    if awaited is not None and country_now >= awaited.ends_at:
        return Verdict(False, Code.POLICY_STALE, *facts)
    return Verdict(True, Code.OPEN, *facts)


def _facts(rule: Rule | None, country_now: datetime) -> tuple[date | None, int | None, str]:
    if rule is None:
        return None, None, ""
    legal_date = rule.ends_at.astimezone(country_now.tzinfo).date()
    return legal_date, max(0, (legal_date - country_now.date()).days), rule.legal_basis


def needs_acknowledgement(current: PolicyDocument | None, proposed: PolicyDocument, country_now: datetime) -> bool:
    """Does `proposed` bring any date forward to less than ten minutes from now?

    Then a portal that has not heard of it could still serve old logins after the date with a copy that is not
    yet stale; so it takes effect only when every portal has acknowledged it.
    """
    if current is None:
        return False
    soon = country_now + MAX_COPY_AGE
    cohorts = {(rule.kind, rule.cohort) for rule in (*current.rules, *proposed.rules)}
    for kind, cohort in cohorts:
        before, after = current.rule_for(kind, cohort), proposed.rule_for(kind, cohort)
        if before is None or before.ends_at <= country_now:
            continue
        if after is None or after.ends_at < min(before.ends_at, soon):
            return True
    return False


def newer(held: PolicyDocument | None, offered: PolicyDocument) -> bool:
    """May a portal that holds `held` take `offered`? Versions only rise; one version is one text.

    Raises DocumentRefused for an older version or another text under the same number.
    """
    if held is None or offered.version > held.version:
        return True
    if offered.version == held.version and digest(offered) == digest(held):
        return False
    raise DocumentRefused(f"version {offered.version} does not follow version {held.version}")


def to_claims(document: PolicyDocument) -> dict[str, Any]:
    """The document as the JSON object that is signed; times are ISO 8601 with an offset."""
    claims = asdict(document)
    claims["issued_at"] = document.issued_at.isoformat()
    claims["rules"] = [{**asdict(rule), "ends_at": rule.ends_at.isoformat()} for rule in document.rules]
    return claims


def from_claims(claims: Mapping[str, Any]) -> PolicyDocument:
    """Read a signed object; raises DocumentRefused rather than guess."""
    try:
        rules = tuple(
            Rule(str(each["kind"]), str(each["cohort"]), _aware(each["ends_at"]), str(each["legal_basis"]))
            for each in claims["rules"]
        )
        document = PolicyDocument(
            version=int(claims["version"]),
            issued_at=_aware(claims["issued_at"]),
            proposed_by=str(claims["proposed_by"]),
            approved_by=str(claims["approved_by"]),
            reason=str(claims["reason"]),
            rules=rules,
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise DocumentRefused(f"not a policy document: {fault}") from fault
    names = [(rule.kind, rule.cohort) for rule in rules]
    if len(set(names)) != len(names):
        raise DocumentRefused("a rule is given twice")
    return document


def digest(document: PolicyDocument) -> str:
    """SHA-256 over the canonical JSON: what an acknowledgement names."""
    canonical = json.dumps(to_claims(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return moment
