"""Weeks, pure: which Monday a week begins with, and how an address names it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday."""

    monday: date

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + timedelta(days=6)

    @property
    def before(self) -> date:
        """The Monday before."""
        return self.monday - timedelta(days=7)

    @property
    def after(self) -> date:
        """The Monday after."""
        return self.monday + timedelta(days=7)


# A calendar has no end, but a list of links that a crawler follows should have one.
FARTHEST = timedelta(days=366)


def week_of(day: date) -> Week:
    """The week that `day` falls in."""
    return Week(day - timedelta(days=day.weekday()))


def asked_week(asked: str, today: date) -> Week:
    """The week of the ISO date `asked`; today's when it is no date or more than a year away."""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = today
    return week_of(day if abs(day - today) <= FARTHEST else today)
