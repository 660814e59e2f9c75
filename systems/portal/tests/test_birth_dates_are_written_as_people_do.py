"""A birth date is shown as on the card (12/02/1985, 02/1985, 1985), read in either writing, and kept as ISO 8601."""

from __future__ import annotations

import pytest
from django.test import Client

from conftest import login_old, make_account
from portal.accounts.forms import read_match
from portal.accounts.models import PortalAccount

NUMBER = "045185000123"


def account(birth_date: str) -> PortalAccount:
    return PortalAccount(full_name="Hồ Thị Mỹ Duyên", birth_date=birth_date, personal_id=NUMBER)


@pytest.mark.parametrize(
    ("typed", "shown", "kept"),
    [
        ("1985-02-12", "12/02/1985", "1985-02-12"),
        ("12/2/1985", "12/02/1985", "1985-02-12"),
        ("1985-02", "02/1985", "1985-02"),
        ("02/1985", "02/1985", "1985-02"),
        ("1985", "1985", "1985"),
    ],
)
def test_both_writings_are_read_and_one_is_shown(typed: str, shown: str, kept: str) -> None:
    form = read_match({"birth_date": typed}, account("1985"))
    assert form.said is not None
    assert (form.typed["birth_date"], form.said.birth_date) == (shown, kept)
    assert read_match({}, account(kept)).typed["birth_date"] == shown


def test_what_is_no_date_stays_as_it_was_typed() -> None:
    form = read_match({"birth_date": "31/02/1985"}, account("1985"))
    assert (form.typed["birth_date"], form.faults["birth_date"]) == ("31/02/1985", "date")


@pytest.mark.django_db
@pytest.mark.usefixtures("policy_until_july")
def test_no_page_of_a_match_shows_iso(client: Client) -> None:
    login_old(client, make_account(birth_date="1985-02-12"))
    for path in ("/tai-khoan/thong-tin-dinh-danh", "/tai-khoan/thong-tin-dinh-danh/cap-nhat"):
        page = client.get(path).content.decode()
        assert "12/02/1985" in page
        assert "1985-02-12" not in page
