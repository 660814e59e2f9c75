"""The time line of the notice: the weekday is computed from the publish time in Vietnam, never typed."""

from datetime import UTC, date, datetime, timedelta

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from commune.frame.dates import article_time, day_only
from design.page_request import in_language
from kernel.country_time import VIETNAM

NAMES = ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"]


def text_of(markup):
    return BeautifulSoup(str(markup), "html.parser").get_text()


def test_notice_shows_the_published_time_line(reader, notice_address):
    page = BeautifulSoup(reader.get(notice_address).content, "html.parser")
    line = page.select_one(".mc-article__time")
    assert line.get_text().strip() == "14:49, Thứ Bảy, 4-5-2024"
    assert line.time["datetime"] == "2024-05-04T14:49+07:00"


@given(st.integers(946_684_800, 4_102_444_800).map(lambda second: datetime.fromtimestamp(second, UTC)))
def test_any_moment_has_the_weekday_of_vietnam(moment):
    local = moment + timedelta(hours=7)
    # Counted from a Monday that is known, not from the library that is under test.
    weekday = (local.date() - date(2024, 5, 6)).days % 7
    expected = f"{local.hour:02}:{local.minute:02}, {NAMES[weekday]}, {local.day}-{local.month}-{local.year}"
    assert text_of(article_time(moment)) == expected


def test_evening_in_utc_is_the_next_day_in_vietnam():
    moment = datetime(2024, 5, 4, 17, 30, tzinfo=UTC)
    assert text_of(article_time(moment)) == "00:30, Chủ Nhật, 5-5-2024"
    assert text_of(day_only(moment)) == "5-5-2024"


def test_english_frame_has_english_weekday():
    with in_language("en"):
        assert text_of(article_time(datetime(2024, 5, 4, 14, 49, tzinfo=VIETNAM))) == "14:49, Saturday, 4 May 2024"
