"""Promise: the date also ends the old sessions that ask for nothing; they stay dead when the date moves back."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import issue_policy, login_eid, login_old, make_account
from portal.accounts.models import LoginSession
from portal.campaign.actions import end_refused_sessions

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(browser: Any, policy_until_july: None) -> None:
    login_old(browser(), make_account())
    login_old(browser(), make_account(kind="organisation", tax_code="0100109106"))
    login_eid(browser())


def left() -> list[str]:
    rows = LoginSession.objects.exclude(how="")
    return sorted(f"{row.how} {row.portal_account.kind if row.portal_account else ''}".strip() for row in rows)


def test_before_the_date_nobody_is_signed_out(signed_in: None) -> None:
    assert end_refused_sessions.execute() == 0
    assert left() == ["eid", "old citizen", "old organisation"]


def test_after_it_the_idle_ones_are_gone_for_good(signed_in: None, country_date: Any) -> None:
    country_date("2024-07-01T00:59:00+07:00")
    assert end_refused_sessions.execute() == 0, "for an hour who comes back is told why"
    country_date("2024-07-01T01:00:01+07:00")
    assert end_refused_sessions.execute() == 1
    assert left() == ["eid", "old organisation"]
    issue_policy("2024-08-01T00:00:00+07:00")
    assert left() == ["eid", "old organisation"]


def test_what_cannot_be_known_ends_nothing(signed_in: None, country_date: Any) -> None:
    from portal.accounts.models_policy import PolicyCopy

    country_date("2024-07-01T00:00:00+07:00")
    PolicyCopy.objects.all().delete()
    assert end_refused_sessions.execute() == 0
    assert len(left()) == 3
