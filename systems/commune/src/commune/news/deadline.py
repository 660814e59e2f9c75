"""The legal date of an article, judged on the country's calendar. Pure: a date and a date in, a decision out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Deadline:
    """A date from which something no longer works: `days_left` counts to it, 0 once it has come."""

    legal_date: date
    days_left: int

    @property
    def passed(self) -> bool:
        """Whether the date has come."""
        return self.days_left == 0


def judge(legal_date: date, today: date) -> Deadline:
    """`legal_date` is the first day of the new state: on 30 June one day is left until 1 July, on 1 July none."""
    return Deadline(legal_date, max(0, (legal_date - today).days))
