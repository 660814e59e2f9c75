"""A person known to be under 18 is addressed as "bạn"; everybody else, and whoever is unknown, as "ông/bà"."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from conftest import login_eid, make_identity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july")]


def test_on_the_first_page(browser: Callable[[], Client], country_date: Callable[[str], None]) -> None:
    country_date("2024-05-04T14:49:00+07:00")
    young, grown, unknown = browser(), browser(), browser()
    login_eid(young, make_identity(personal_id="045309000777", birth_date="2009-03-01"))
    login_eid(grown, make_identity(personal_id="045085000777", birth_date="1985"))
    said = {name: page.get("/").content.decode().replace("\xa0", " ") for name, page in
            (("young", young), ("grown", grown), ("unknown", unknown))}  # fmt: skip
    assert "Bạn cần làm thủ tục gì?" in said["young"]
    assert "ông/bà" not in said["young"].lower()
    for name in ("grown", "unknown"):
        assert "Ông/bà cần làm thủ tục gì?" in said[name]
