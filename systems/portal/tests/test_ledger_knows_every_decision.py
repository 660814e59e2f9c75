"""Promise: no state of an old account changes without a row that says why, by whom, by which rule."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from test_undo_is_exact import linked, undo_now

from conftest import make_account
from portal.accounts import ledger
from portal.accounts.deciding import RULES
from portal.accounts.models import LedgerEntry, PortalAccount, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july", "register_desk")]


def test_a_link_and_its_undo_are_explained() -> None:
    account, who, live = linked()
    assert undo_now(live, who) == ""
    last = list(LedgerEntry.objects.filter(account=account).order_by("id"))[-2:]
    assert [(e.from_state, e.to_state, e.because, e.rule) for e in last] == [
        ("matched", "linked", "linked", RULES),
        ("linked", "open", "link_undone", RULES),
    ]
    assert last[0].actor == f"profile:{live.profile_id}"
    assert last[0].facts["moved"] == 1


def test_a_change_behind_the_rules_is_written_too() -> None:
    account = make_account()
    PortalAccount.objects.filter(pk=account.pk).update(state=State.LINKED)
    entry = LedgerEntry.objects.filter(account=account).order_by("-id")[0]
    assert (entry.from_state, entry.to_state, entry.because) == ("open", "linked", ledger.UNEXPLAINED)


def test_one_reason_explains_one_change() -> None:
    account, other = make_account(), make_account()
    ledger.because("linked", actor="test")
    PortalAccount.objects.filter(pk=account.pk).update(state=State.WAITING)
    PortalAccount.objects.filter(pk=other.pk).update(state=State.WAITING)
    said = [LedgerEntry.objects.filter(account=each).order_by("-id")[0].because for each in (account, other)]
    assert said == ["linked", ledger.UNEXPLAINED]


def test_the_ledger_is_append_only() -> None:
    entry = LedgerEntry.objects.filter(account=make_account()).get()
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerEntry.objects.filter(pk=entry.pk).update(because="linked")
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerEntry.objects.filter(pk=entry.pk).delete()
