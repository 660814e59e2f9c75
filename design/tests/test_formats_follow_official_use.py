"""Numbers, dates and masks are written as in an official letter, and in English as in an English one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from design import formats
from design.page_request import PageRequest, answering, in_language
from design.words import keep_together

VIETNAM = timezone(timedelta(hours=7))
NOTICE = datetime(2024, 5, 4, 14, 49, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (18640, 0, "18.640", "18,640"),
        (0, 0, "0", "0"),
        (999.5, 0, "1.000", "1,000"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (-58, 0, "\u221258", "\u221258"),
    ],
)
def test_number(value: float, decimals: int, vi: str, en: str) -> None:
    with in_language("vi"):
        assert formats.number(value, decimals) == vi
    with in_language("en"):
        assert formats.number(value, decimals) == en


def test_percent_keeps_one_decimal() -> None:
    with in_language("vi"):
        assert formats.percent(0.53) == "53,0%"
        assert formats.percent(0.12345) == "12,3%"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2024, 7, 1), "01/7/2024"),
        (date(2024, 2, 12), "12/02/2024"),
        (date(1985, 1, 9), "09/01/1985"),
        (date(2024, 12, 30), "30/12/2024"),
    ],
)
def test_days_below_ten_and_the_months_one_and_two_take_a_zero(day: date, text: str) -> None:
    with in_language("vi"):
        assert formats.short_date_text(day) == text


def test_the_time_line_of_the_notice() -> None:
    with in_language("vi"):
        assert str(formats.news_time(NOTICE)) == (
            '<time datetime="2024-05-04T14:49+07:00">14:49, <span class="mc-nowrap">Thứ Bảy, 4-5-2024</span></time>'
        )
    with in_language("en"):
        assert formats.news_time(NOTICE).striptags() == "14:49, Saturday, 4 May 2024"
        assert formats.date_and_time(NOTICE).striptags() == "14:49 on 4 May 2024"
    with in_language("vi"):
        assert formats.date_and_time(NOTICE).striptags() == "14:49, ngày 04/5/2024"
        assert formats.news_date(NOTICE + timedelta(days=1)).striptags() == "Chủ Nhật, 5-5-2024"


def test_a_moment_stored_in_another_zone_is_shown_in_vietnams_time() -> None:
    late = datetime(2024, 6, 30, 17, 30, tzinfo=UTC)  # half past midnight on 1 July in Vietnam
    with in_language("vi"):
        assert formats.short_date(late).striptags() == "01/7/2024"
        assert formats.news_time(late).striptags() == "0:30, Thứ Hai, 1-7-2024"
        assert 'datetime="2024-07-01T00:30+07:00"' in formats.date_and_time(late)
        assert formats.clock(late.replace(tzinfo=None)) == "17:30"


def test_a_personal_number_and_a_phone_are_masked_and_stay_in_one_piece() -> None:
    assert str(formats.mask_personal_id("045185000123")) == '<span class="mc-number">045185•••123</span>'
    assert str(formats.mask_phone("0905000123")) == '<span class="mc-number">0905 ••• 123</span>'
    assert formats.mask_email("myduyen@vidu.example") == "my•••@vidu.example"
    assert formats.mask_email("an@vidu.example") == "a•••@vidu.example"
    for short in ("", "1", "123"):
        assert short not in formats.mask_personal_id(short).striptags() or short == ""
        assert formats.mask_phone(short).striptags() == "•••"


def test_markup_in_a_value_is_text() -> None:
    assert "<b>" not in formats.mask_phone("<b>0905000123")
    assert "<b>" not in formats.dossier("000-<b>")
    assert "<b>" not in formats.nowrap("<b>")


def test_two_syllable_words_stay_together_and_nothing_else_changes() -> None:
    title = "Từ ngày 01/7/2024, chỉ dùng Tài khoản VNeID khi thực hiện dịch vụ công trực tuyến"
    kept = keep_together(title)
    assert "Tài\u00a0khoản" in kept
    assert "dịch\u00a0vụ\u00a0công trực\u00a0tuyến" in kept
    assert kept.replace("\u00a0", " ") == title
    assert keep_together("Chia sẻ thông tin của ông/bà") == "Chia\u00a0sẻ thông\u00a0tin của ông/bà"


def test_the_language_of_one_request_does_not_leak_into_the_next() -> None:
    with answering(PageRequest(language="en")):
        assert formats.clock(NOTICE) == "14:49"
        assert formats.number(1000) == "1,000"
    assert formats.number(1000) == "1.000"
