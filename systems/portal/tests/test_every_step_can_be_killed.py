"""Promise: kill -9 at every step of link, undo, freeze, unfreeze, opinion and claim leaves nothing half done.

The list of steps is not a sample: each statement that an act sends to the database, and the moments before and after
its commit, is one step. A child process does the act and kills itself at step n; then nothing or all of it must be
there, and doing the act again ends as if nothing had happened. It goes on until the act runs through unharmed.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
from claim_kit import OFFICES, REASON, claimant, first_gives, granted, no_dice, officer
from django.db import connection, connections
from portal_walks import matched_account
from test_undo_is_exact import give_document, link_now, undo_now

from conftest import issue_policy, make_identity
from portal.accounts import conservation, ledger
from portal.accounts.actions import freeze, unfreeze
from portal.accounts.models import AccountLink, LedgerEntry, PendingNotice, PortalAccount
from portal.claims.actions import give_opinion, take_effect
from portal.claims.handling import Word
from portal.claims.models import Claim, Opinion
from portal.eid_login.identity import VerifiedIdentity

pytest_plugins = ["dossier_fixtures"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("registry")]
MOST_STEPS = 400
THROUGH, KILLED = 0, -signal.SIGKILL
Act = Callable[[], object]


@pytest.fixture(autouse=True)
def _policy(transactional_db: None) -> None:
    issue_policy()


class Steps:
    """Counts what is sent to the database and dies at the chosen step."""

    def __init__(self, until: int) -> None:
        self.left = until

    def step(self) -> None:
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.step()
        return execute(sql, params, many, context)


def killed_at(step: int, act: Act) -> int:
    """Do the act in a child that dies at this step; its exit status."""
    connections.close_all()
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    try:
        steps = Steps(step)
        commit = connection._commit

        def dying_commit() -> None:
            steps.step()
            commit()
            steps.step()

        with mock.patch.object(connection, "_commit", dying_commit), connection.execute_wrapper(steps):
            act()
        status = THROUGH
    finally:
        os._exit(status)


def walk(act: Act, done: Callable[[], bool]) -> int:
    """Kill at every step until the act runs through; returns how many steps were walked."""
    for step in range(MOST_STEPS):
        before = LedgerEntry.objects.count(), AccountLink.objects.count(), Opinion.objects.count()
        was_done = done()
        status = killed_at(step, act)
        assert status in (THROUGH, KILLED), f"step {step}: status {status}"
        after = LedgerEntry.objects.count(), AccountLink.objects.count(), Opinion.objects.count()
        assert conservation.faults() == [], f"step {step}"
        assert done() or after == before, f"step {step}: half done"
        if done() and not was_done:
            assert killed_at(MOST_STEPS, act) in (THROUGH, 1), "the replay"
            assert conservation.faults() == []
            replayed = LedgerEntry.objects.count(), AccountLink.objects.count(), Opinion.objects.count()
            assert replayed == after, f"step {step}: the replay did it twice"
            assert done()
            return step + 1
    raise AssertionError("the act never ran through")


def an_account() -> PortalAccount:
    ledger.because("imported", actor="test")
    account = matched_account()
    PortalAccount.objects.get(pk=account.pk)
    give_document(account)
    return account


def fresh(who: VerifiedIdentity) -> VerifiedIdentity:
    """The same person, signed in just now: a walk over all steps lasts longer than a sign-in counts."""
    return replace(who, auth_time=int(time.time()))


def explained() -> Any:
    """Fixtures set states by hand; their ledger rows are explained here so that `faults` speaks of the acts alone."""
    nobody = "select account_id from accounts_ledgerentry where false"
    return mock.patch.dict(conservation.QUESTIONS, {"a change that nobody explained": nobody})


def state_of(account: PortalAccount) -> str:
    return str(PortalAccount.objects.get(pk=account.pk).state)


def token() -> str:
    sms = next(n.text for n in PendingNotice.objects.all() if "/dong-bang/" in n.text)
    return str(sms.rsplit("/dong-bang/", 1)[1].split()[0])


def test_link_undo_freeze_and_unfreeze() -> None:
    account = an_account()
    who = make_identity(personal_id=account.personal_id)
    with explained():
        steps = {"link": walk(lambda: link_now(account, fresh(who)), lambda: state_of(account) == "linked")}
        live = AccountLink.objects.get(portal_account=account)
        code = token()
        steps["freeze"] = walk(lambda: freeze.execute(code), lambda: state_of(account) == "frozen")
        by = (live.pk, live.profile_id)
        steps["unfreeze"] = walk(
            lambda: unfreeze.by_officers(account.pk, *by, "lý do"), lambda: state_of(account) == "linked"
        )
        steps["undo"] = walk(lambda: undo_now(live, fresh(who)), lambda: state_of(account) == "open")
    assert min(steps.values()) > 5, steps


def test_merge_of_a_second_account() -> None:
    first = an_account()
    who = make_identity(personal_id=first.personal_id)
    link_now(first, who)
    second = matched_account(personal_id=first.personal_id, kind="official")
    give_document(second)
    give_document(second, "khác.pdf")
    with explained():
        assert walk(lambda: link_now(second, fresh(who)), lambda: state_of(second) == "linked") > 20


def test_the_second_opinion() -> None:
    she, one, two = claimant(), officer(OFFICES[0]), officer(OFFICES[1])
    claim = she.ask()
    she.prove(claim)
    first_gives(one, claim)
    give_opinion.saw_evidence(two.acting, claim.pk)
    with explained(), no_dice():
        walk(
            lambda: give_opinion.second(two.acting, claim.pk, "give", REASON),
            lambda: Claim.objects.get(pk=claim.pk).state == "granted",
        )
    assert Opinion.objects.filter(claim=claim).count() == 2


def test_the_effect_of_a_claim(country_date: Any) -> None:
    she, one, two = claimant(), officer(OFFICES[0]), officer(OFFICES[1])
    give_document(she.account)
    claim = granted(she, one, two)
    country_date("2024-05-08T14:50:00+07:00")
    word = Word("MATCH", "live", "live", time.time())
    with explained(), mock.patch("portal.claims.handling.ask_register", return_value=word):
        assert walk(lambda: take_effect.execute(claim.pk), lambda: state_of(she.account) == "claimed") > 20
    assert Claim.objects.get(pk=claim.pk).state == "effective"
    assert AccountLink.objects.filter(portal_account=she.account).count() == 1
