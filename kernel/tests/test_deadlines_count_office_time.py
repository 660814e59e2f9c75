"""Deadlines count office hours and working days: 15:00 rule, holidays, make-up days."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.country_time import VIETNAM
from kernel.working_days import OfficeHours, national_calendar, read_calendar

CALENDAR = national_calendar()
DAYS_2024 = st.dates(min_value=date(2024, 1, 1), max_value=date(2026, 11, 30))
MOMENTS = st.builds(lambda day, clock: datetime.combine(day, clock, VIETNAM), DAYS_2024, st.times())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2024-02-09", False),
        ("2024-02-15", True),
        ("2024-04-18", False),
        ("2024-04-29", False),
        ("2024-04-30", False),
        ("2024-05-01", False),
        ("2024-05-04", True),
        ("2024-05-05", False),
        ("2024-07-01", True),
        ("2024-09-02", False),
        ("2030-09-02", False),
    ],
)
def test_holidays_and_make_up_days(day: str, works: bool) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is works
    assert CALENDAR.covers(2024)
    assert not CALENDAR.covers(2030)


def test_what_arrives_after_three_counts_from_the_next_working_day() -> None:
    assert CALENDAR.counts_from(at("2024-05-06 14:59")) == at("2024-05-06 14:59")
    assert CALENDAR.counts_from(at("2024-05-06 15:00")) == at("2024-05-07 07:30")
    assert CALENDAR.counts_from(at("2024-05-06 12:10")) == at("2024-05-06 13:00")
    assert CALENDAR.counts_from(at("2024-05-04 15:24")) == at("2024-05-06 07:30")
    assert CALENDAR.deadline_in_hours(at("2024-05-04 15:24"), 8) == at("2024-05-06 17:00")


def test_three_working_days_skip_the_holidays() -> None:
    assert CALENDAR.deadline_in_days(at("2024-04-26 09:00"), 3) == at("2024-05-04 17:00")
    assert CALENDAR.deadline_in_days(at("2024-04-26 15:30"), 3) == at("2024-05-06 17:00")


@given(MOMENTS, st.floats(min_value=0.25, max_value=80))
def test_a_deadline_in_hours_holds_exactly_those_office_hours(received: datetime, hours: float) -> None:
    due = CALENDAR.deadline_in_hours(received, hours)
    begun = CALENDAR.counts_from(received)
    assert abs(CALENDAR.working_time(begun, due) - timedelta(hours=hours)) < timedelta(milliseconds=1)
    assert CALENDAR.is_working_day(due.date())


@given(MOMENTS, MOMENTS)
def test_a_later_receipt_is_never_due_earlier(one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    assert CALENDAR.deadline_in_days(first, 3) <= CALENDAR.deadline_in_days(second, 3)
    assert CALENDAR.deadline_in_hours(first, 8) <= CALENDAR.deadline_in_hours(second, 8)


@given(DAYS_2024, st.integers(min_value=0, max_value=30))
def test_adding_working_days_passes_exactly_so_many(day: date, count: int) -> None:
    end = CALENDAR.add_working_days(day, count)
    passed = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(map(CALENDAR.is_working_day, passed)) == count


def test_a_table_says_what_is_wrong_with_it() -> None:
    with pytest.raises(ValueError, match="stands under 2024"):
        read_calendar('[2024]\noff = ["2025-01-02"]\n')
    with pytest.raises(ValueError, match="rising order"):
        OfficeHours(((time(13), time(12)),))
