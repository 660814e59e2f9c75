"""Promise: two requests at the same moment make one link, one account, and an audit chain without a fork."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from conftest import issue_policy, make_account, make_identity
from portal.accounts import audit
from portal.accounts.actions import link, register
from portal.accounts.actions.enter import execute as enter
from portal.accounts.models import AccountLink, AuditEntry, Door, PortalAccount, State
from portal.accounts.sessions import LoginRecord
from portal.eid_login.callback import Result

pytestmark = pytest.mark.django_db(transaction=True)
TOGETHER = 4


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """Run `act(n)` in threads of their own, each with its own connection."""

    def run(number: int) -> Any:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(run, range(TOGETHER)))


def test_four_answers_make_one_link() -> None:
    issue_policy()
    account = make_account(state=State.MATCHED)
    account.matched_personal_id = account.personal_id
    account.save()
    who, now = make_identity(personal_id=account.personal_id), int(time.time())
    login = LoginRecord("old", now, "", ("pwd", "otp"), "sid", "x", "x", account.profile_id, account.pk)
    result = Result(who, "link", now, {"account": str(account.pk), "old_sid": "sid"})
    word = link.RegisterWord("MATCH", "live", time.time())

    def answer(_: int) -> str:
        return str(link.execute(link.Request(account.pk, result, login, word, confirmed=True)).decision.code)

    codes = at_once(answer)
    assert sorted(codes) == ["ALREADY_LINKED"] * (TOGETHER - 1) + ["LINKED"]
    assert AccountLink.objects.filter(portal_account=account).count() == 1
    assert audit.broken_at() is None


def test_two_tabs_make_one_profile() -> None:
    who = make_identity()
    profiles = {entry.profile.pk for entry in at_once(lambda _: enter(who))}
    assert len(profiles) == 1
    assert Door.objects.filter(sub=who.sub).count() == 1


def test_one_number_registers_once() -> None:
    issue_policy()
    said = register.Said("citizen", "045190000321", "Nguyễn An", "1990", "0905000222")
    waiting = [register.begin(said, f"browser-{number}")[0] for number in range(TOGETHER)]
    made = at_once(lambda number: register.complete(waiting[number], "Mat-khau1"))
    assert sorted(code for _, code in made) == ["", *["ID_TAKEN"] * (TOGETHER - 1)]
    assert PortalAccount.objects.count() == 1


def test_the_chain_has_no_fork() -> None:
    at_once(lambda number: audit.record("tried", actor="system", subject=f"account:{number}"))
    assert AuditEntry.objects.count() == TOGETHER
    assert audit.broken_at() is None
