"""An article with a legal date counts the days on the country's calendar, and says afterwards what to do now."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from commune.news.deadline import judge


def banner(client, address):
    return BeautifulSoup(client.get(address).content, "html.parser").select_one(".mc-deadline")


def test_58_days_are_left_at_the_minute_of_the_notice(reader, notice_address):
    found = banner(reader, notice_address)
    assert found.select_one(".mc-deadline__days").get_text() == "Còn 58 ngày"
    assert "Bà con cần liên kết tài khoản trước ngày 01/7/2024 (Thứ Hai)." in " ".join(found.get_text().split())
    assert found.a["href"] == "http://national.localhost:8603/"
    assert "mc-deadline--past" not in found["class"]


@pytest.mark.parametrize(
    ("moment", "words", "past"),
    [
        ("2024-06-29 00:00:00", "Còn 2 ngày", False),
        ("2024-06-30 00:00:00", "Còn 1 ngày", False),
        ("2024-06-30 23:59:50", "Còn 1 ngày", False),
        ("2024-07-01 00:00:00", "Đã hết hạn", True),
        ("2024-07-01 06:59:00", "Đã hết hạn", True),
        ("2025-01-01 12:00:00", "Đã hết hạn", True),
    ],
)
def test_country_midnight_decides(reader, country_at, moment, words, past):
    country_at(moment)
    for address in ("/tin-tuc/tu-ngay-01-7-2024-chi-dung-tai-khoan-vneid/", "/"):
        found = banner(reader, address)
        assert found.select_one(".mc-deadline__days").get_text() == words
        assert ("mc-deadline--past" in found["class"]) is past


def test_afterwards_it_says_what_to_do_now(reader, notice_address, country_at):
    country_at("2024-07-01 00:00")
    found = banner(reader, notice_address)
    assert "Xin đăng nhập bằng VNeID" in found.get_text()
    assert found.a["href"] == "http://national.localhost:8603/"
    assert "Bà con cần liên kết" not in found.get_text()


def test_a_page_remembered_before_midnight_is_not_shown_after_it(reader, notice_address, country_at):
    country_at("2024-06-30 23:59:50")
    assert "Còn 1 ngày" in reader.get(notice_address).content.decode()
    country_at("2024-07-01 00:00:00")
    assert "Đã hết hạn" in reader.get(notice_address).content.decode()


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-400, 400))
def test_days_left_count_down_to_the_date_and_stay_at_none(legal_date, distance):
    judged = judge(legal_date, legal_date - timedelta(days=distance))
    assert judged.days_left == max(0, distance)
    assert judged.passed is (distance <= 0)
