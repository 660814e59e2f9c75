"""Working days and hours of the state's offices: what a deadline in "working hours" or "working days" means.

Eight hours a day, Monday to Friday, without holidays (Labour Code Art 112), with make-up days; what arrives after
15:00 counts from the next working day (Decree 118/2025, before it 61/2018). The yearly table is
``data/holidays.toml``; an agency may keep a file of its own and other office hours.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from kernel.country_time import VIETNAM

_FIXED = frozenset({(1, 1), (4, 30), (5, 1), (9, 2)})
LATE = time(15, 0)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The sessions of an office day, in order, not touching midnight."""

    sessions: tuple[tuple[time, time], ...] = ((time(7, 30), time(11, 30)), (time(13, 0), time(17, 0)))

    def __post_init__(self) -> None:
        edges = [edge for session in self.sessions for edge in session]
        if not edges or any(a >= b for a, b in pairwise(edges)):
            raise ValueError("office hours must be sessions in rising order")

    @property
    def closes(self) -> time:
        return self.sessions[-1][1]

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        return [
            (datetime.combine(day, start, VIETNAM), datetime.combine(day, end, VIETNAM)) for start, end in self.sessions
        ]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off beside weekends and the fixed holidays, and weekend days that are worked."""

    off: frozenset[date]
    make_up: frozenset[date]
    years: frozenset[int]
    hours: OfficeHours = OfficeHours()

    def covers(self, year: int) -> bool:
        """Whether the lunar holidays and swaps of that year are known here."""
        return year in self.years

    def is_working_day(self, day: date) -> bool:
        if day in self.make_up:
            return True
        return day.weekday() < 5 and day not in self.off and (day.month, day.day) not in _FIXED

    def next_working_day(self, day: date) -> date:
        """The first working day after this day."""
        day += timedelta(days=1)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The working day that is ``count`` working days after ``day``, which itself does not count."""
        for _ in range(count):
            day = self.next_working_day(day)
        return day

    def counts_from(self, received: datetime) -> datetime:
        """The moment a clock starts: at receipt in office hours before 15:00, else when an office next opens."""
        local = received.astimezone(VIETNAM)
        day = local.date()
        if not self.is_working_day(day) or local.timetz().replace(tzinfo=None) >= LATE:
            day = self.next_working_day(day)
            return self.hours.spans(day)[0][0]
        for start, end in self.hours.spans(day):
            if local < end:
                return max(start, local)
        return self.hours.spans(self.next_working_day(day))[0][0]

    def deadline_in_days(self, received: datetime, days: int) -> datetime:
        """When ``days`` working days have passed: the office's closing time of the last of them."""
        last = self.add_working_days(self.counts_from(received).date(), days)
        return datetime.combine(last, self.hours.closes, VIETNAM)

    def deadline_in_hours(self, received: datetime, hours: float) -> datetime:
        """When ``hours`` office hours have passed since the clock started."""
        moment = self.counts_from(received)
        left = timedelta(hours=hours)
        while True:
            for start, end in self.hours.spans(moment.date()):
                begin = max(start, moment)
                if begin < end:
                    if left <= end - begin:
                        return begin + left
                    left -= end - begin
            moment = self.hours.spans(self.next_working_day(moment.date()))[0][0]

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """The office time between two moments (zero when end is not after start); no 15:00 rule."""
        start, end = start.astimezone(VIETNAM), end.astimezone(VIETNAM)
        total, day = timedelta(), start.date()
        while day <= end.date():
            if self.is_working_day(day):
                for opens, closes in self.hours.spans(day):
                    total += max(timedelta(), min(end, closes) - max(start, opens))
            day += timedelta(days=1)
        return total


def read_calendar(toml_text: str, hours: OfficeHours | None = None) -> Calendar:
    """A calendar from a table such as ``data/holidays.toml``. Raises ValueError naming what is wrong."""
    off: set[date] = set()
    make_up: set[date] = set()
    years: set[int] = set()
    for year, table in tomllib.loads(toml_text).items():
        years.add(int(year))
        for key, target in (("off", off), ("make_up", make_up)):
            for text in table.get(key, []):
                day = date.fromisoformat(text)
                if day.year != int(year):
                    raise ValueError(f"{text} stands under {year}")
                target.add(day)
    return Calendar(frozenset(off), frozenset(make_up), frozenset(years), hours or OfficeHours())


@cache
def national_calendar() -> Calendar:
    """The calendar that ships with the kernel, with the default office hours."""
    return read_calendar(files("kernel").joinpath("data/holidays.toml").read_text(encoding="utf-8"))


def calendar_from_file(path: Path, hours: OfficeHours | None = None) -> Calendar:
    """An agency's own table. Errors as `read_calendar`."""
    return read_calendar(path.read_text(encoding="utf-8"), hours)
