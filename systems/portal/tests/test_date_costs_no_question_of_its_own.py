"""Promise: each request is judged by the policy as it stands at that moment, read with the session in one question."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import issue_policy, login_old, make_account
from portal.accounts import policy
from portal.accounts.cutover import Code
from portal.accounts.session_store import SessionStore

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july")]


def opened(client: Client) -> SessionStore:
    store = SessionStore(client.cookies["__Host-session"].value)
    assert store.get("login")
    return store


def test_the_check_asks_the_database_nothing(client: Client, country_date: Any) -> None:
    record = login_old(client, make_account())
    seen = opened(client).seen
    for moment, code in (("2024-06-30T23:59:59+07:00", Code.OPEN), ("2024-07-01T00:00:00+07:00", Code.CUTOFF_PASSED)):
        country_date(moment)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert policy.judge_login(record, seen).code is code
        assert not asked.captured_queries


def test_a_changed_date_holds_at_the_next_request(client: Client) -> None:
    login_old(client, make_account())
    assert client.get("/tai-khoan").status_code == 200
    issue_policy("2024-05-01T00:00:00+07:00")
    assert client.get("/tai-khoan").status_code == 403


def test_only_the_logins_own_account_is_judged_by(browser: Any) -> None:
    mine, other = browser(), browser()
    record = login_old(mine, make_account())
    login_old(other, make_account(kind="organisation", tax_code="0100109106"))
    issue_policy("2024-05-01T00:00:00+07:00")
    assert policy.judge_login(record, opened(other).seen).code is Code.CUTOFF_PASSED


def test_an_unknown_session_is_nobodys(client: Client) -> None:
    client.cookies["__Host-session"] = "nobodyhasthiskeyatall0123456789ab"
    assert client.get("/tai-khoan").status_code == 302
