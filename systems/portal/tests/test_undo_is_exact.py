"""Promise: an undo returns exactly what the link moved, never a credential; there is one state at a time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from portal_walks import error_code, heading, matched_account

from conftest import issue_policy, login_eid, make_account, make_identity
from kernel import country_time
from portal.accounts import holdings
from portal.accounts.actions import freeze, link, undo, unfreeze
from portal.accounts.models import AccountLink, PendingNotice, PortalAccount, State
from portal.accounts.sessions import LoginRecord
from portal.eid_login.callback import Result
from portal.eid_login.identity import VerifiedIdentity
from portal.store.models import Document, Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july", "register_desk")]


def give_document(account: PortalAccount, name: str = "Giấy khai sinh.pdf") -> Document:
    return Document.objects.create(
        profile=account.profile,
        name=name,
        sha256=name.encode().hex()[:64],
        source=Source.OLD_ACCOUNT,
        added_at=country_time.now(),
    )


def old_login(account: PortalAccount) -> LoginRecord:
    now = int(time.time())
    return LoginRecord("old", now, "", ("pwd", "otp"), "old-sid", "x", "x", account.profile_id, account.pk)


def link_now(account: PortalAccount, who: VerifiedIdentity, way: str = "link") -> link.Linked:
    about = {"account": str(account.pk), "old_sid": "old-sid"}
    result = Result(who, way, int(time.time()), about)  # type: ignore[arg-type]
    word = link.RegisterWord("MATCH", "live", time.time())
    login = old_login(account) if way == "link" else None
    return link.execute(link.Request(account.pk, result, login, word, confirmed=True))


def undo_now(live: AccountLink, who: VerifiedIdentity) -> str:
    return undo.by_owner(live.pk, Result(who, "undo", int(time.time()), {"link": str(live.pk)})).refused


def linked(**said: Any) -> tuple[PortalAccount, VerifiedIdentity, AccountLink]:
    account = matched_account(**said)
    give_document(account)
    who = make_identity(personal_id=account.personal_id)
    assert link_now(account, who).decision.allowed
    account.refresh_from_db()
    return account, who, AccountLink.objects.get(portal_account=account, undone_at=None)


def test_what_the_link_moved_returns_and_what_came_since_stays() -> None:
    account = matched_account()
    moved = give_document(account)
    who = make_identity(personal_id=account.personal_id)
    before = holdings.snapshot(account.profile_id)
    link_now(account, who)
    live = AccountLink.objects.get(portal_account=account)
    since = Document.objects.create(
        profile=live.profile, name="mới.pdf", sha256="b" * 64, source=Source.OLD_ACCOUNT, added_at=country_time.now()
    )
    moved.refresh_from_db()
    assert moved.profile_id == live.profile_id
    assert undo_now(live, who) == ""
    moved.refresh_from_db()
    since.refresh_from_db()
    assert (moved.profile_id, since.profile_id) == (account.profile_id, live.profile_id)
    assert holdings.snapshot(account.profile_id) == before
    assert holdings.digest(before) == live.snapshot_hash


def test_an_undo_restores_records_never_a_credential() -> None:
    account, who, live = linked(email="chu@vidu.example")
    assert undo_now(live, who) == ""
    account.refresh_from_db()
    assert (account.state, account.password_hash) == (State.OPEN, "")
    assert account.phone is not None
    assert (account.matched_personal_id, account.matched_at) == (None, None)


def test_after_the_date_an_undone_account_waits_for_a_claim() -> None:
    account, who, live = linked()
    issue_policy(citizen="2024-05-04T00:00:00+07:00")
    assert undo_now(live, who) == ""
    account.refresh_from_db()
    assert account.state == State.WAITING


def test_a_changed_record_is_for_the_desk() -> None:
    _, who, live = linked()
    Document.objects.filter(profile=live.profile).delete()
    assert undo_now(live, who) == "UNDO_CHANGED"
    live.refresh_from_db()
    assert live.undone_at is None


def test_a_changed_paper_is_for_the_desk() -> None:
    account, who, live = linked()
    Document.objects.filter(profile=live.profile).update(sha256="c" * 64)
    assert undo_now(live, who) == "UNDO_CHANGED"
    assert not Document.objects.filter(profile=account.profile).exists()


def test_nobody_else_can_undo() -> None:
    account, _, live = linked()
    stranger = make_identity(personal_id=account.personal_id)
    assert undo_now(live, stranger) == "UNDO_NOT_YOURS"


def test_an_undo_needs_its_own_fresh_sign_in() -> None:
    _, who, live = linked()
    now = int(time.time())
    for result in (
        Result(who, "sign_in", now, {"link": str(live.pk)}),
        Result(who, "undo", now, {"link": "another"}),
        Result(make_identity(sub=who.sub, auth_time=now - 600), "undo", now, {"link": str(live.pk)}),
    ):
        assert undo.by_owner(live.pk, result).refused == "UNDO_SIGN_IN_AGAIN"


def test_after_30_days_only_the_desk(country_date: Any) -> None:
    _, who, live = linked()
    country_date("2024-06-04T14:49:00+07:00")
    assert undo_now(live, who) == "UNDO_TOO_LATE"
    assert undo.by_officers(live.pk, live.pk, live.pk, "lý do").refused == "UNDO_NEEDS_TWO"
    assert undo.by_officers(live.pk, live.pk, live.profile_id, " ").refused == "UNDO_NEEDS_TWO"
    assert undo.by_officers(live.pk, live.pk, live.profile_id, "lý do").refused == ""


def test_an_old_contact_can_freeze_once_and_nothing_else() -> None:
    account, who, live = linked()
    sms = next(n.text for n in PendingNotice.objects.all() if "/dong-bang/" in n.text)
    token = sms.rsplit("/dong-bang/", 1)[1].split()[0]
    assert freeze.execute("khong-phai-ma") == "FREEZE_REFUSED"
    assert freeze.execute(token) == ""
    account.refresh_from_db()
    assert account.state == State.FROZEN
    assert undo_now(live, who) == "ACCOUNT_FROZEN"
    PortalAccount.objects.filter(pk=account.pk).update(state=State.LINKED)
    assert freeze.execute(token) == "FREEZE_REFUSED"


def test_two_officers_take_a_freeze_back() -> None:
    account, who, live = linked()
    sms = next(n.text for n in PendingNotice.objects.all() if "/dong-bang/" in n.text)
    freeze.execute(sms.rsplit("/dong-bang/", 1)[1].split()[0])
    assert unfreeze.by_officers(account.pk, live.pk, live.pk, "lý do") == "UNFREEZE_NEEDS_TWO"
    assert unfreeze.by_officers(account.pk, live.pk, live.profile_id, " ") == "UNFREEZE_NEEDS_TWO"
    assert unfreeze.by_officers(account.pk, live.pk, live.profile_id, "đúng là của bà Duyên") == ""
    account.refresh_from_db()
    assert (account.state, account.state_before_freeze) == (State.LINKED, "")
    assert unfreeze.by_officers(account.pk, live.pk, live.profile_id, "lần nữa") == "NOT_FROZEN"
    assert undo_now(live, who) == "", "the owner may undo again"


def test_the_history_of_links_cannot_be_rewritten() -> None:
    _, _, live = linked()
    for change in ({"sub": "khac"}, {"level": 1}, {"linked_at": country_time.now()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            AccountLink.objects.filter(pk=live.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        AccountLink.objects.filter(pk=live.pk).delete()


def test_one_live_link_for_one_account() -> None:
    account, _, live = linked()
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountLink.objects.create(
            portal_account=account,
            profile=live.profile,
            issuer="x",
            sub="y",
            level=2,
            how="link",
            evidence={},
            linked_at=country_time.now(),
            snapshot_hash="",
            snapshot="{}",
        )


def test_a_paper_that_the_person_has_already_stays_where_it_is() -> None:
    """Two old accounts with the same paper: the second link must neither fail nor lose it."""
    _, who, _ = linked(personal_id="045185000123")
    second = matched_account(personal_id="045185000123", kind="official")
    same = give_document(second)
    other = give_document(second, "khác.pdf")
    assert link_now(second, who).moved == 1
    same.refresh_from_db()
    other.refresh_from_db()
    assert same.profile_id == second.profile_id != other.profile_id
    assert undo_now(AccountLink.objects.get(portal_account=second), who) == ""


def test_one_person_may_hold_several_old_accounts(client: Client) -> None:
    first, who, _ = linked(personal_id="045185000123")
    second = matched_account(personal_id="045185000123", kind="official")
    assert link_now(second, who).decision.allowed
    login_eid(client, who)
    page = client.get("/tai-khoan/thong-tin-dinh-danh").content.decode()
    assert "Tài khoản công dân do Cổng cấp" in page
    assert "Tài khoản cán bộ do Cổng cấp" in page
    assert first.pk != second.pk


def test_the_undo_walk_in_the_browser(client: Client, issuer: Any) -> None:
    account, who, live = linked()
    login_eid(client, who)
    start = client.post("/lien-ket/huy/bat-dau", {"link": str(live.pk)})
    asked = issuer.request_at(start["Location"])
    assert (asked["prompt"], asked["acr_values"]) == ("login", "urn:motcua:acr:eid2")
    back = client.get("/vneid/tro-ve", issuer.approve(start["Location"], who))
    assert "Hủy liên kết" in heading(client.get(back["Location"]))
    assert client.post("/lien-ket/huy")["Location"].endswith("da-huy=1")
    account.refresh_from_db()
    assert account.state == State.OPEN
    assert error_code(client.post("/lien-ket/huy")) == "CALLBACK_STATE"


class LifeOfAnAccount(RuleBasedStateMachine):
    """Links, undoes, resets and freezes in any order; the real acts on the real database."""

    @initialize()
    def made(self) -> None:
        self.account = make_account()
        give_document(self.account)
        self.who = make_identity(personal_id=self.account.personal_id)
        self.before = holdings.snapshot(self.account.profile_id)

    @rule()
    def match(self) -> None:
        account = PortalAccount.objects.get(pk=self.account.pk)
        if account.state == State.OPEN:
            account.state, account.matched_personal_id = State.MATCHED, account.personal_id
            account.save()

    @rule(mine=st.booleans())
    def link(self, mine: bool) -> None:
        who = self.who if mine else make_identity(personal_id="045090000777")
        was = PortalAccount.objects.get(pk=self.account.pk).state
        allowed = link_now(self.account, who).decision.allowed
        assert not allowed or (mine and was == State.MATCHED)

    @precondition(lambda self: self.live() is not None)
    @rule()
    def undo(self) -> None:
        live = self.live()
        assert live is not None
        if undo_now(live, self.who) == "":
            assert holdings.snapshot(self.account.profile_id) == self.before

    @precondition(lambda self: self.live() is not None)
    @rule()
    def freeze(self) -> None:
        PortalAccount.objects.filter(pk=self.account.pk).update(state=State.FROZEN)

    def live(self) -> AccountLink | None:
        return AccountLink.objects.filter(portal_account=self.account, undone_at=None).first()

    @invariant()
    def one_state_and_power_one_way(self) -> None:
        if not hasattr(self, "account"):
            return
        account = PortalAccount.objects.get(pk=self.account.pk)
        assert account.state in State.values
        assert (account.state in (State.LINKED, State.FROZEN)) == (self.live() is not None)
        if self.live() is not None:
            assert (account.password_hash, account.phone) == ("", None)
        assert AccountLink.objects.filter(portal_account=account).count() <= 2


def test_a_whole_life_keeps_its_promises() -> None:
    run_state_machine_as_test(
        LifeOfAnAccount,
        settings=settings(
            max_examples=8, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
