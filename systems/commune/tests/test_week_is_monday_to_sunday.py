"""The week page begins on a Monday and survives any address."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commune.schedule.week import asked_week, week_of

TODAY = date(2024, 5, 4)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_a_week_holds_its_day_and_begins_on_monday(day):
    week = week_of(day)
    assert week.monday.weekday() == 0
    assert week.monday <= day <= week.sunday
    assert week_of(week.after).before == week.monday


@given(st.text(max_size=12))
def test_any_asked_week_is_a_week_within_a_year(asked):
    assert abs((asked_week(asked, TODAY).monday - TODAY).days) <= 366 + 6


@pytest.mark.parametrize("asked", ["", "x", "2024-13-01", "0001-01-01", "9999-12-31", "2024-05-06' or 1=1"])
def test_bad_addresses_show_the_current_week(reader, asked):
    body = reader.get("/lich-lam-viec/", {"tuan": asked}).content.decode()
    assert "29/4/2024" in body


def test_week_shows_its_items_and_no_other(reader):
    body = reader.get("/lich-lam-viec/?tuan=2024-05-08").content.decode()
    assert "Kiểm tra điểm tiêm phòng dại" in body
    assert "Nhà văn hóa thôn 4" not in body
