"""Two officers who say the same decide; neither may be the person, nor of the person's household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, get_args

import msgspec

from kernel.partial_date import PartialDate, PartialDateFormat
from kernel.working_days import national_calendar
from population.people.comparison import LONGEST_NAME
from population.people.record import Record, tidy

Field = Literal["full_name", "birth_date", "sex", "hometown", "ethnicity", "nationality"]
Paper = Literal["birth_certificate", "court_decision", "civil_status_extract", "other_paper"]
Opinion = Literal["grant", "refuse"]
FIELDS: Final[tuple[Field, ...]] = get_args(Field)
PAPERS: Final[tuple[Paper, ...]] = get_args(Paper)
WORKING_DAYS: Final = 2
LONGEST: Final = 200
LONGEST_REASON: Final = 1_000


@dataclass(frozen=True, slots=True)
class Given:
    """An officer's opinion: whose (blind index), what."""

    officer: bytes
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class Hand:
    """The officer who wants to decide. ``same_household`` is None where the register cannot tell."""

    officer: bytes
    same_household: bool | None


def due(asked_at: datetime) -> datetime:
    """When the decision is due (country time)."""
    return national_calendar().deadline_in_days(asked_at, WORKING_DAYS)


def days_left(due_at: datetime, today: date) -> int:
    """Working days until the decision is due; today counts; 0 and below when it is late."""
    calendar, day, left = national_calendar(), today, 0
    while day < due_at.date():
        day = calendar.next_working_day(day)
        left += 1
    return left + 1 if today <= due_at.date() else -1


def kept(field: str, said: str) -> str:
    """The value as a record would hold it; empty for one that none could hold."""
    value = tidy(said)
    if field == "birth_date":
        try:
            return str(PartialDate.parse(value))
        except PartialDateFormat:
            return ""
    if field == "sex":
        return value if value in ("M", "F") else ""
    return value if len(value) <= (LONGEST_NAME if field == "full_name" else LONGEST) else ""


def apply(record: Record, field: Field, value: str) -> Record:
    """The record as it was asked to be."""
    return msgspec.structs.replace(record, **{field: value})


def refusal(person: bytes, given: Sequence[Given], hand: Hand) -> str:
    """Why this officer may give no opinion on this person's request; empty when he may."""
    if outcome(given) is not None:
        return "CLOSED"
    # guard: npd-officer-never-decides-for-himself
    if hand.officer == person:
        return "OWN"
    # guard: npd-second-officer-is-another
    if any(one.officer == hand.officer for one in given):
        return "ALREADY"
    # guard: npd-officer-of-another-household
    if hand.same_household is not False:
        return "HOUSEHOLD"
    return ""


def outcome(given: Sequence[Given]) -> Opinion | None:
    """What two officers agree on; None while no two do (a third is asked then)."""
    for opinion in get_args(Opinion):
        # guard: npd-correction-needs-two
        if len({one.officer for one in given if one.opinion == opinion}) >= 2:
            return opinion  # type: ignore[no-any-return]
    return None
