"""The rule of a match: an old account is bound to the person it already belonged to. Pure: facts in, decision out.

Architecture section 4, "A match binds an account …". What was said when the account was registered decides; typing may
add the 12-digit number and mend accents, spacing or a year-only birth date, and nothing else. What the register
answers is passed on only as far as it may be told (facts.md 3.3, 3.5): which field differs only when the number and
one more field agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from kernel import vietnamese_names
from kernel.partial_date import PartialDate, PartialDateFormat

TRIES_PER_ACCOUNT = 5
TRIES_PER_NUMBER = 3
TRIES_WINDOW = timedelta(days=1)
QUIET_AFTER_RESET = timedelta(hours=72)

Overall = Literal["MATCH", "NO_MATCH", "NOT_FOUND", "INSUFFICIENT"]
FieldResult = Literal["MATCH", "NO_MATCH", "ACCENTS_DIFFER", "INSUFFICIENT"]


class MatchCode(StrEnum):
    """How a try ended; the stable codes of the error catalogue."""

    MATCHED = "MATCHED"
    LINK_NO_CCCD = "LINK_NO_CCCD"
    CONFLICT = "CONFLICT"
    NOT_OPEN = "MATCH_NOT_OPEN"
    RESET_WAIT = "RESET_WAIT"
    TRIES_ACCOUNT = "MATCH_TRIES_ACCOUNT"
    TRIES_NUMBER = "MATCH_TRIES_NUMBER"
    NAME_MISMATCH = "NPD_NAME_MISMATCH"
    NAME_ACCENTS = "NPD_NAME_ACCENTS"
    DOB_MISMATCH = "NPD_DOB_MISMATCH"
    NO_MATCH = "NPD_NO_MATCH"
    INSUFFICIENT = "NPD_INSUFFICIENT"
    UNAVAILABLE = "NPD_UNAVAILABLE"


@dataclass(frozen=True, slots=True)
class Said:
    """A name, a birth date (ISO, perhaps partial, perhaps empty) and numbers: of a registration or typed now."""

    full_name: str
    birth_date: str
    personal_id: str | None = None


@dataclass(frozen=True, slots=True)
class TryFacts:
    """What decides whether the register may be asked at all."""

    state: str
    since_reset: timedelta | None
    tries_of_account: int
    tries_of_number: int


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """The register's answer to `verify`: the whole, and per field where it tells (name, result)."""

    overall: Overall
    fields: Sequence[tuple[str, FieldResult]] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`code` is MATCHED or the reason; `agreeing` are the fields that may be shown as agreeing."""

    code: MatchCode
    agreeing: tuple[str, ...] = ()


def may_try(facts: TryFacts) -> MatchCode | None:
    """None when the account may try a match now, else why not."""
    if facts.state == "conflict":
        return MatchCode.CONFLICT
    if facts.state != "open":
        return MatchCode.NOT_OPEN
    # guard: quiet-after-reset-match
    if facts.since_reset is not None and facts.since_reset < QUIET_AFTER_RESET:
        return MatchCode.RESET_WAIT
    # guard: match-tries-account
    if facts.tries_of_account >= TRIES_PER_ACCOUNT:
        return MatchCode.TRIES_ACCOUNT
    # guard: match-tries-number
    if facts.tries_of_number >= TRIES_PER_NUMBER:
        return MatchCode.TRIES_NUMBER
    return None


def same_person(registered: Said, typed: Said) -> bool:
    """Is what is typed now the person of the registration? Accents, spacing and a fuller date may differ."""
    if registered.personal_id is not None and typed.personal_id != registered.personal_id:
        return False
    if vietnamese_names.compare(registered.full_name, typed.full_name) == "NO_MATCH":
        return False
    return _date_mended(registered.birth_date, typed.birth_date)


def _date_mended(registered: str, typed: str) -> bool:
    try:
        before, now = PartialDate.parse(registered), PartialDate.parse(typed)
    except PartialDateFormat:
        return False
    return before.agrees_with(now) is not False


def judge(registered: Said, typed: Said, answer: RegisterAnswer) -> Verdict:
    """What a try means. The register is not believed about another person than the one who registered."""
    # guard: match-binds-the-registered-person
    if not same_person(registered, typed):
        return Verdict(MatchCode.CONFLICT)
    if answer.overall == "MATCH":
        return Verdict(MatchCode.MATCHED, ("full_name", "birth_date", "personal_id"))
    if answer.overall == "INSUFFICIENT":
        return Verdict(MatchCode.INSUFFICIENT)
    return _mismatch(dict(answer.fields))


def _mismatch(results: dict[str, FieldResult]) -> Verdict:
    """A number that does not exist, and one that belongs to somebody else, read alike."""
    agreeing = tuple(name for name in ("full_name", "birth_date", "personal_id") if results.get(name) == "MATCH")
    near = results.get("full_name") == "ACCENTS_DIFFER"
    # guard: field-told-only-with-number-and-one-more
    if "personal_id" not in agreeing or (len(agreeing) < 2 and not near):
        return Verdict(MatchCode.NO_MATCH)
    if near:
        return Verdict(MatchCode.NAME_ACCENTS if "birth_date" in agreeing else MatchCode.NO_MATCH, agreeing)
    if results.get("full_name") == "NO_MATCH":
        return Verdict(MatchCode.NAME_MISMATCH, agreeing)
    if results.get("birth_date") == "NO_MATCH":
        return Verdict(MatchCode.DOB_MISMATCH, agreeing)
    return Verdict(MatchCode.NO_MATCH)
