"""Promise: a province offers both ways in until the date, and says what holds afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from portal.config import CONFIG

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july", "_province")]


@pytest.fixture
def _province() -> Iterator[None]:
    before = CONFIG.role
    object.__setattr__(CONFIG, "role", "province")
    yield
    object.__setattr__(CONFIG, "role", before)


def test_both_ways_before_the_date(client: Client) -> None:
    page = client.get("/dang-nhap?next=/ho-so").content.decode()
    assert "/vneid/bat-dau?next=%2Fho-so" in page
    assert "/sso/bat-dau?next=%2Fho-so" in page
    assert "Còn 58 ngày" in page


def test_only_organisations_come_through_the_national_portal_after_it(client: Client, country_date: Any) -> None:
    country_date("2024-07-01T00:00:01+07:00")
    page = client.get("/dang-nhap").content.decode()
    assert "Tổ chức có thời hạn riêng" in page
    assert 'id="sso-sign-in"' not in page
    assert "giữ nguyên" in page


def test_the_home_page_is_there(client: Client) -> None:
    assert "Dùng tài khoản Cổng Dịch vụ công quốc gia" in client.get("/").content.decode()


def test_a_page_that_is_not_there(client: Client) -> None:
    answer = client.get("/khong-co-trang-nay")
    assert answer.status_code == 404
    assert "Không tìm thấy trang" in answer.content.decode().replace("\xa0", " ")
