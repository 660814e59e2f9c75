"""The clocks of a dossier: when the desk must answer, when the result is due. Law in `kernel.working_days`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.working_days import Calendar, national_calendar

#: Decree 45/2020 Art 11: the desk answers within 8 working hours of receipt.
RESPONSE_HOURS = 8
#: Below this much office time the queue says "soon".
SOON = timedelta(hours=2)


def respond_by(received: datetime) -> datetime:
    """The latest moment at which the desk must have answered a dossier received then."""
    return national_calendar().deadline_in_hours(received, RESPONSE_HOURS)


def counts_from(received: datetime) -> datetime:
    """When the clock of a dossier received then begins to run."""
    return national_calendar().counts_from(received)


def result_due(accepted: datetime, working_days: int) -> datetime:
    """The appointment for the result of a dossier accepted then."""
    return national_calendar().deadline_in_days(accepted, working_days)


@dataclass(frozen=True)
class Clock:
    """How a deadline stands. `tone`: late, soon or ok; `left` is office time (how much it is over when late)."""

    tone: str
    left: timedelta

    @property
    def hours(self) -> int:
        """Whole hours left or over."""
        return int(self.left.total_seconds()) // 3600

    @property
    def minutes(self) -> int:
        """Minutes beside the hours."""
        return int(self.left.total_seconds()) % 3600 // 60


def clock(deadline: datetime, now: datetime, calendar: Calendar | None = None) -> Clock:
    """How much office time is left until `deadline`, or has passed since.

    Before the clock has begun to run (after 15:00, on a day off) the whole time is left, never more.
    """
    calendar = calendar or national_calendar()
    if now > deadline:
        return Clock("late", calendar.working_time(deadline, now))
    left = min(calendar.working_time(now, deadline), timedelta(hours=RESPONSE_HOURS))
    return Clock("soon" if left < SOON else "ok", left)
