"""A date of birth that may lack its day, or day and month: old people's papers often carry the year only."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_VIETNAMESE = re.compile(r"(?:(?:([0-9]{1,2})[/-])?([0-9]{1,2})[/-])?([0-9]{4})")


class PartialDateFormat(ValueError):
    """Not a date of the calendar. The text itself is not in the message."""

    def __init__(self) -> None:
        super().__init__("E_DATE_FORMAT")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, perhaps a month, perhaps a day. Raises PartialDateFormat for a day that no calendar has."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise PartialDateFormat
        try:
            date(self.year, self.month or 1, self.day or 1)
        except ValueError as error:
            raise PartialDateFormat from error
        if self.year < 1800 or self.month == 0 or self.day == 0:
            raise PartialDateFormat

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read ``1985-02-12``, ``1985-02``, ``1985``, or as people write it ``12/2/1985``, ``02/1985``."""
        plain = unicodedata.normalize("NFKC", text).strip()
        if match := _ISO.fullmatch(plain):
            year, month, day = match.groups()
        elif match := _VIETNAMESE.fullmatch(plain):
            day, month, year = match.groups()
        else:
            raise PartialDateFormat
        return cls(int(year), int(month) if month else None, int(day) if day else None)

    @property
    def is_complete(self) -> bool:
        return self.day is not None

    def agrees_with(self, other: "PartialDate") -> bool | None:
        """False when a part that both know differs; True when both say exactly the same; None when one knows less."""
        for mine, theirs in ((self.year, other.year), (self.month, other.month), (self.day, other.day)):
            if mine is None or theirs is None:
                return True if mine is theirs else None
            if mine != theirs:
                return False
        return True

    def surely_under(self, years: int, day: date) -> bool:
        """Is somebody born then younger than `years` on `day`, whatever the parts are that nobody knows?"""
        birthday = (self.year + years, self.month or 1, self.day or 1)
        return (day.year, day.month, day.day) < birthday

    def __str__(self) -> str:
        parts = [f"{self.year:04}"] + [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)
