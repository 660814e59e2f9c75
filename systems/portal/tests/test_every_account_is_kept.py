"""Promise: every old account is in exactly one state that links and ledger bear out; a lost record is found out."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from test_undo_is_exact import give_document, link_now, linked, undo_now

from conftest import make_account, make_identity
from portal.accounts import conservation, ledger
from portal.accounts.actions import freeze
from portal.accounts.cli import export_conservation, verify_conservation
from portal.accounts.models import AccountLink, PendingNotice, PortalAccount, State
from portal.accounts.tasks import NotConserved, reconcile
from portal.store.models import Document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july", "register_desk")]


def row_of(account: PortalAccount) -> dict[str, Any]:
    return next(row for row in conservation.export() if row["account_ref"] == str(account.pk))


def explained_match(account: PortalAccount) -> None:
    """As `matched_account`, with its reason."""
    account.matched_personal_id, account.state = account.personal_id, State.MATCHED
    ledger.because("matched", actor="test")
    account.save()


def test_the_export_is_the_same_before_a_link_after_it_and_after_its_undo() -> None:
    ledger.because("imported", actor="test")
    account = make_account()
    explained_match(account)
    give_document(account)
    who = make_identity(personal_id=account.personal_id)
    before = row_of(account)
    link_now(account, who)
    during = row_of(account)
    live = AccountLink.objects.get(portal_account=account)
    undo_now(live, who)
    after = row_of(account)
    assert before["holdings"] == during["holdings"] == after["holdings"] != {}
    assert [r["state"] for r in (before, during, after)] == ["matched", "linked", "open"]
    assert (during["final"], during["live_link"], after["links"]) == (True, True, 1)
    assert conservation.faults() == []


def test_a_freeze_loses_nothing() -> None:
    account, _, _ = linked()
    sms = next(n.text for n in PendingNotice.objects.all() if "/dong-bang/" in n.text)
    freeze.execute(sms.rsplit("/dong-bang/", 1)[1].split()[0])
    assert row_of(account)["holdings"] != {}


def test_what_does_not_add_up_is_named(capsys: Any) -> None:
    account, _, live = linked()
    Document.objects.filter(profile=live.profile).delete()
    PortalAccount.objects.filter(pk=account.pk).update(state=State.WAITING)
    said = " ".join(conservation.faults())
    for what in ("live link of an account that is nobody's", "nobody explained", "is gone"):
        assert what in said
    assert str(account.pk) in said
    assert verify_conservation() == 1
    with pytest.raises(NotConserved):
        reconcile.func(0)


def test_a_ledger_with_a_gap_is_found_out() -> None:
    account = make_account()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into accounts_ledgerentry (account_id, at, from_state, to_state, because, actor, rule, facts)"
            " values (%s, now(), 'frozen', 'open', 'linked', 'x', 'x', '{}')",
            [account.pk],
        )
    assert any("gap in the ledger" in line for line in conservation.faults())


def test_the_export_names_nobody(tmp_path: Any) -> None:
    account, who, _ = linked(email="chu@vidu.example")
    assert export_conservation(str(tmp_path / "export.ndjson")) == 0
    text = (tmp_path / "export.ndjson").read_text()
    assert json.loads(text.splitlines()[0])["account_ref"] == str(account.pk)
    for personal in (who.personal_id, who.full_name, "chu@vidu.example"):
        assert personal not in text
    assert re.search(r'"0\d{9,11}"', text) is None, "no phone, no number"


def test_the_export_ends_with_its_counts_and_keeps_what_was_said_as_a_keyed_digest() -> None:
    account, _who, _ = linked()
    *rows, end = conservation.export()
    assert end == {"end": {"accounts": 1, "roles": 0}}
    ((what, ref, digest),) = rows[0]["things"]
    assert (what, ref) == ("document", str(Document.objects.get().pk))
    assert len(digest) == len(rows[0]["registered"]) == 64
    account.phone = "0912000999"  # a contact point may change, what the account said may not
    account.save()
    assert row_of(account)["registered"] == rows[0]["registered"]
    account.full_name = "Nguyễn Văn Khác"
    account.save()
    assert row_of(account)["registered"] != rows[0]["registered"]


def test_two_accounts_of_one_person_each_tell_of_their_own_papers() -> None:
    account, who, _ = linked()
    other = make_account(personal_id=account.personal_id, phone="0912000777")
    explained_match(other)
    give_document(other, "Sổ hộ khẩu.pdf")
    link_now(other, who)
    told = [tuple(thing) for row in conservation.export() for thing in row.get("things", [])]
    assert len(told) == len(set(told)) == 2
