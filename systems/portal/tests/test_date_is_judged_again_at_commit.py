"""Promise: an act begun before the date and committed after it is refused whole; a new policy waits for acts."""

from __future__ import annotations

import time
from datetime import datetime
from threading import Event, Thread
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from conftest import JULY, issue_policy, login_old, make_account
from kernel.country_time import VIETNAM
from portal.accounts import policy, policy_issue
from portal.accounts.cutover import Rule
from portal.accounts.models import Attempt
from portal.accounts.sessions import LoginRecord

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE, AFTER = "2024-06-30T23:59:59+07:00", "2024-07-01T00:00:00+07:00"


def act() -> None:
    """Something that changes state."""
    from django.utils import timezone

    Attempt.objects.create(action="test", key=b"test", at=timezone.now())


def acted() -> bool:
    return Attempt.objects.filter(action="test").exists()


def across_the_date(login: LoginRecord, country_date: Any) -> None:
    with policy.acting(login):
        act()
        country_date(AFTER)


@pytest.fixture
def old_login(client: Client) -> LoginRecord:
    issue_policy(JULY)
    return login_old(client, make_account())


def test_the_date_passes_while_the_act_is_under_way(old_login: LoginRecord, country_date: Any) -> None:
    country_date(BEFORE)
    with pytest.raises(policy.OldLoginRefused) as refused:
        across_the_date(old_login, country_date)
    assert refused.value.verdict.expired
    assert not acted()


def test_an_act_wholly_before_the_date_stands(old_login: LoginRecord, country_date: Any) -> None:
    country_date(BEFORE)
    with policy.acting(old_login):
        act()
    assert acted()


def test_an_act_begun_after_the_date_is_refused(old_login: LoginRecord, country_date: Any) -> None:
    country_date(AFTER)
    with pytest.raises(policy.OldLoginRefused), policy.acting(old_login):
        act()
    assert not acted()


def test_another_connection_brings_the_date_forward_meanwhile(old_login: LoginRecord, country_date: Any) -> None:
    """Two connections. The act holds the policy; the new version waits for its end, then refuses the next act."""
    country_date(BEFORE)
    inside, order = Event(), []

    def bring_forward() -> None:
        inside.wait()
        rules = (Rule("citizen", "default", datetime(2024, 6, 1, tzinfo=VIETNAM), "Nghị định số 59/2022/NĐ-CP"),)
        policy_issue.issue(rules, reason="sớm hơn", proposed_by="duty:1", approved_by="duty:2")
        order.append("policy")
        connection.close()

    other = Thread(target=bring_forward)
    other.start()
    with policy.acting(old_login):
        act()
        inside.set()
        time.sleep(0.5)
        order.append("act")
    other.join()
    assert order == ["act", "policy"]
    assert acted()
    with pytest.raises(policy.OldLoginRefused), policy.acting(old_login):
        act()


def test_the_policy_is_held_until_the_act_ends(old_login: LoginRecord) -> None:
    """The row lock itself: an UPDATE of the copy does not get in while an act is under way."""
    blocked = []

    def change() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("set local lock_timeout = '200ms'")
                cursor.execute("update accounts_policycopy set awaiting = 'x'")
        except OperationalError:
            blocked.append(True)
        connection.close()

    with policy.acting(old_login):
        other = Thread(target=change)
        other.start()
        other.join()
    assert blocked == [True]


def test_eid_logins_are_never_judged(country_date: Any, client: Client) -> None:
    from conftest import login_eid

    country_date(AFTER)
    with policy.acting(login_eid(client)):
        act()
    assert acted()


def test_an_sso_login_that_does_not_say_what_made_it_is_refused(old_login: LoginRecord) -> None:
    from dataclasses import replace

    unknown = replace(old_login, how="sso", portal_account_id=None, upstream={"how": "old"})
    with pytest.raises(policy.OldLoginRefused), policy.acting(unknown):
        act()
