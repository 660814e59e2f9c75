"""Promise: a campaign tells each person once, as fast as the desks can bear, and never goes without its conditions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from claim_kit import officer
from django.db import InternalError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from conftest import issue_policy, login_old, make_account
from kernel import country_time
from kernel.country_time import VIETNAM
from portal.accounts import conservation, ledger, policy_issue
from portal.accounts.duty.models import DutyGrant
from portal.accounts.models import LedgerEntry, PendingNotice, PortalAccount, State
from portal.accounts.models_policy import PolicyCopy
from portal.campaign import planning, progress, templates_of
from portal.campaign.actions import exempt, form_cohort, pass_gate, rehearse, send_notices
from portal.campaign.cli import _rules as dates_of
from portal.campaign.four_eyes import Decider
from portal.campaign.models import CampaignSwitch, GateDecision, NoticeTemplate, Rehearsal, Wave, WaveNotice
from portal.campaign.planning import Capacity, GateFacts

pytest_plugins = ["dossier_fixtures"]
GOOD = GateFacts(96.0, True, True, True, True, 1.0, 2, 0, timedelta(days=3), False)
DAY = date(2024, 5, 6)


@pytest.mark.parametrize(
    ("capacity", "sent", "left"),
    [
        (Capacity(500, 200, 15, 0), 0, 500),
        (Capacity(500, 200, 15, 170), 0, 200),
        (Capacity(500, 200, 15, 170), 150, 50),
        (Capacity(500, 200, 15, 200), 0, 0),
        (Capacity(500, 200, 15, 900), 0, 0),
        (Capacity(500, 200, 0, 900), 0, 500),
    ],
)
def test_a_full_desk_slows_the_wave_down(capacity: Capacity, sent: int, left: int) -> None:
    assert planning.notices_today(capacity, sent) == left


@given(
    total=st.integers(1, 10**6),
    share=st.floats(0, 1),
    daily=st.lists(st.integers(0, 5000), max_size=28),
    days=st.integers(0, 400),
)
def test_a_forecast_is_a_share_between_its_ends(total: int, share: float, daily: list[int], days: int) -> None:
    done = int(total * share)
    cast = planning.forecast(total, done, daily, days)
    assert 0 <= done / total <= cast.low + 1e-9
    assert cast.low <= cast.middle + 1e-9
    assert cast.middle <= cast.high + 1e-9 <= 1 + 2e-9


def test_a_steady_pace_reaches_what_it_can() -> None:
    cast = planning.forecast(1000, 500, [10] * 28, 30)
    assert 0.6 < cast.middle < 0.85
    assert planning.forecast(1000, 980, [10] * 28, 30).reaches
    assert planning.forecast(1000, 500, [0] * 28, 30).high == pytest.approx(0.5)


@pytest.mark.parametrize("name", list(planning.gate(GOOD)))
def test_go_needs_every_named_condition(name: str) -> None:
    bad: dict[str, dict[str, Any]] = {
        "COVERAGE": {"linked_percent": 94.9},
        "POLICY_HELD": {"portals_hold_policy": False},
        "REGISTER": {"register_answers": False},
        "EID": {"eid_answers": False},
        "CONSERVATION": {"conserved": False},
        "REACHABLE": {"unreached_percent": 5.1},
        "DESK_STAFFED": {"desk_offices": 1},
        "DESK_IN_TIME": {"desk_late": 1},
        "REHEARSED": {"rehearsed": timedelta(days=31)},
        "NOT_FROZEN": {"frozen": True},
    }
    assert all(planning.gate(GOOD).values())
    found = planning.gate(replace(GOOD, **bad[name]))
    assert [key for key, holds in found.items() if not holds] == [name]


def test_the_way_back_ends_when_accounts_were_put_away() -> None:
    assert planning.may_roll_back(since_date=None, archived_by_rule=9)
    assert planning.may_roll_back(since_date=timedelta(days=400), archived_by_rule=0)
    assert not planning.may_roll_back(since_date=timedelta(days=400), archived_by_rule=1)


@given(st.integers(-5, 500))
def test_a_personal_day_is_before_the_day_of_the_law(days: int) -> None:
    assert planning.personal_deadline(DAY, date(2024, 7, 1), days) < date(2024, 7, 1)


@pytest.mark.parametrize("text", ["=1+1", "+84 912", "-2", "@cmd", "\t=1", "|calc", "%x", "  =SUM(A1)"])
def test_no_cell_of_a_list_is_a_formula(text: str) -> None:
    assert planning.safe_cell(text).startswith("'")


@given(st.text())
def test_a_cell_has_no_line_break_and_begins_like_no_formula(text: str) -> None:
    cell = planning.safe_cell(text)
    assert not cell.startswith(planning.FORMULA)
    assert not set("\0\n\r") & set(cell)


def test_words_of_a_notice_are_judged() -> None:
    good = "Từ {date}, tài khoản không còn đăng nhập được. Xem {address}"
    assert templates_of.fault("sms", "", good) == ""
    for text, code in (
        ("ngắn {date}", "TEMPLATE_SHORT"),
        (good + " {ten}", "TEMPLATE_UNKNOWN_PLACE"),
        ("Đề nghị liên kết ngay hôm nay.", "TEMPLATE_WITHOUT_DATE"),
        (good + " http://lua-dao.example", "TEMPLATE_FOREIGN_ADDRESS"),
        (good + "x" * 320, "TEMPLATE_LONG"),
    ):
        assert templates_of.fault("sms", "", text) == code
    assert templates_of.fault("email", "", good) == "TEMPLATE_WITHOUT_SUBJECT"


@pytest.mark.django_db
@pytest.mark.usefixtures("policy_until_july", "registry", "issuer")
class TestTheCampaign:
    """The real acts and pages."""

    def wave(self, **said: Any) -> Wave:
        values = {"name": "Đợt 1", "kind": "citizen", "starts_on": country_time.today(), "state": "running"} | said
        return Wave.objects.create(made_by="test", **values)

    def test_each_person_is_told_once_with_an_own_day(self) -> None:
        account = make_account(email="chu@vidu.example")
        make_account(state="linked")
        self.wave()
        assert send_notices.execute() == 1
        assert send_notices.execute() == 0
        told = WaveNotice.objects.filter(account=account)
        assert sorted(told.values_list("channel", flat=True)) == ["email", "sms"]
        assert {n.deadline for n in told} == {country_time.today() + timedelta(days=21)}
        assert all("01/7/2024" in n.text for n in PendingNotice.objects.all())

    def test_a_frozen_or_paused_campaign_tells_nobody(self) -> None:
        make_account()
        wave = self.wave()
        CampaignSwitch.objects.create(slot=1, frozen_by="duty:x")
        assert send_notices.execute() == 0
        CampaignSwitch.objects.update(frozen_by="")
        Wave.objects.filter(pk=wave.pk).update(state="paused")
        assert send_notices.execute() == 0

    def test_an_address_that_came_back_is_not_used_again(self) -> None:
        account = make_account(email="hong@vidu.example")
        self.wave()
        send_notices.execute()
        back = WaveNotice.objects.get(account=account, channel="email")
        assert send_notices.bounced([str(back.notice)]) == 1
        self.wave(name="Đợt 2")
        assert send_notices.execute() == 1
        assert WaveNotice.objects.filter(account=account, channel="email").count() == 1
        assert progress.now().bounced == 1

    def test_who_is_reached_another_way_is_reached(self) -> None:
        account = make_account(email="hong@vidu.example")
        self.wave()
        send_notices.execute()
        for channel, unreached in (("email", 0), ("sms", 1)):
            back = WaveNotice.objects.get(account=account, channel=channel)
            send_notices.bounced([str(back.notice)])
            assert progress.now().unreached == unreached

    def test_a_cohort_is_told_and_counted_by_itself(self) -> None:
        inside, outside = make_account(), make_account()
        linked = make_account(state="linked")
        formed = form_cohort.execute("dot-1", [inside.pk, linked.pk, uuid4()], "test")
        assert (formed.moved, formed.unknown) == (2, 1)
        self.wave(cohort="dot-1")
        assert send_notices.execute() == 1
        assert not WaveNotice.objects.filter(account=outside).exists()
        assert (progress.now("dot-1").total, progress.now("dot-1").linked_share) == (2, 0.5)
        assert progress.now().total == 3
        assert form_cohort.execute("dot-1", [inside.pk], "test").there == 1
        assert [len(progress.by_commune(cohort)["-"]) for cohort in ("dot-1", "")] == [1, 2]

    def test_a_cohort_never_moves_a_date(self) -> None:
        mine = make_account()
        rules = dates_of(["citizen"], datetime(2024, 5, 20, tzinfo=VIETNAM), None, "som")
        policy_issue.issue(rules, reason="đợt sớm", proposed_by="duty:1", approved_by="duty:2")
        assert (progress.legal_date(cohort="som"), progress.legal_date()) == (date(2024, 5, 20), date(2024, 7, 1))
        assert form_cohort.execute("som", [mine.pk], "test").other_date == 1
        assert PortalAccount.objects.get(pk=mine.pk).cohort == "default"
        with pytest.raises(form_cohort.CohortRefused):
            form_cohort.execute("Đợt 1", [mine.pk], "test")

    def test_who_is_put_into_a_cohort_signs_in_anew(self, client: Client) -> None:
        account = make_account()
        login_old(client, account)
        form_cohort.execute("dot-1", [account.pk], "test")
        assert client.get("/tai-khoan").status_code == 302

    def test_the_own_day_stands_at_sign_in(self, client: Client) -> None:
        account = make_account(state="matched")
        account.matched_personal_id, account.matched_full_name = account.personal_id, account.full_name
        account.save()
        login_old(client, account)
        assert "25/5/2024" not in client.get("/thong-bao-he-thong").content.decode()
        self.wave()
        send_notices.execute()
        assert "25/5/2024" in client.get("/thong-bao-he-thong").content.decode()

    def test_a_rehearsal_changes_nothing(self, client: Client) -> None:
        ledger.because("imported", actor="test")
        account = make_account()
        login_old(client, account)
        made = rehearse.execute("test")
        assert made.good, made.found
        assert (made.found["sessions_ended"], made.found["refused_from_the_date"]) == (1, 1)
        assert client.get("/tai-khoan").status_code == 200

    def test_no_go_is_signed_while_a_condition_fails_and_two_persons_sign(self, monkeypatch: Any) -> None:
        one, two = Decider("duty:1", b"one"), Decider("duty:2", b"two")
        with pytest.raises(pass_gate.GateRefused, match="CONDITION_FAILS"):
            pass_gate.first(one, "Một", go=True, reason="Mọi việc đã sẵn sàng.")
        monkeypatch.setattr(pass_gate, "conditions", lambda cohort: planning.gate(GOOD))
        made = pass_gate.first(one, "Một", go=True, reason="Mọi việc đã sẵn sàng.")
        with pytest.raises(pass_gate.GateRefused, match="SAME_PERSON"):
            pass_gate.second(made.pk, one, "Một")
        assert pass_gate.second(made.pk, two, "Hai").second_at is not None
        with pytest.raises(pass_gate.GateRefused, match="DECIDED"):
            pass_gate.second(made.pk, two, "Hai")

    def test_an_exemption_needs_two_persons_a_ground_and_an_end(self, country_date: Any) -> None:
        account = make_account()
        one, two = Decider("duty:1", b"one"), Decider("duty:2", b"two")
        with pytest.raises(exempt.ExemptionRefused, match="NO_LEGAL_GROUND"):
            exempt.propose(account.pk, " ", DAY, one)
        with pytest.raises(exempt.ExemptionRefused, match="NO_END"):
            exempt.propose(account.pk, "Điều 40", country_time.today(), one)
        made = exempt.propose(account.pk, "Điều 40", DAY, one)
        with pytest.raises(exempt.ExemptionRefused, match="SAME_PERSON"):
            exempt.approve(made.pk, Decider("duty:3", b"one"))
        exempt.approve(made.pk, two)
        assert PortalAccount.objects.get(pk=account.pk).state == State.EXEMPT
        assert exempt.end_over() == 0
        country_date("2024-05-07T08:00:00+07:00")
        assert exempt.end_over() == 1
        last = LedgerEntry.objects.filter(account=account).order_by("-id")[0]
        assert (last.to_state, last.because) == ("open", "exemption_over")

    def test_the_list_of_a_commune_is_taken_by_staff_and_written_down(self, client: Client) -> None:
        make_account(full_name='=HYPERLINK("x")')
        assert client.get("/dieu-hanh/xa/-.csv").status_code == 302
        staff = officer("", "policy_proposer")
        answer = staff.browser.get("/dieu-hanh/xa/-.csv")
        assert answer.status_code == 200
        assert "'=HYPERLINK" in answer.content.decode()
        assert staff.browser.get("/dieu-hanh/xa/99999.csv").status_code == 404

    def test_an_account_without_a_dossier_is_on_the_list_of_the_commune_it_named(self) -> None:
        make_account(commune="19456", full_name="Hồ Thị Gái")
        make_account()
        make_account(commune="19456", state="linked")
        assert {code: len(found) for code, found in progress.by_commune().items()} == {"19456": 1, "-": 1}
        assert [row[0] for row in progress.list_for("19456")] == ["Họ và tên", "Hồ Thị Gái"]
        assert next(name for code, name, _ in progress.commune_counts() if code == "19456").startswith("Xã Tân Thành")

    @pytest.mark.parametrize("language", ["vi", "en"])
    def test_every_page_can_be_read(self, language: str) -> None:
        make_account()
        one, two = officer("", "policy_proposer"), officer("", "policy_approver")
        for each in (one, two):
            each.browser.cookies["lang"] = language
        said = {"name": "Đợt 1", "kind": "citizen", "starts_on": "06/5/2024", "days": "21", "per_day": "500"}
        assert one.browser.post("/dieu-hanh/dot", said | {"days": "x"}).status_code == 422
        assert one.browser.post("/dieu-hanh/dot", said).status_code == 302
        wave = Wave.objects.get()
        assert one.browser.post(f"/dieu-hanh/dot/{wave.pk}", {"act": "start"}).status_code == 302
        assert one.browser.post("/dieu-hanh/dot/tam-dung", {"act": "freeze", "why": "quá tải"}).status_code == 302
        words = {"channel": "sms", "text": "Từ {date}, đề nghị liên kết: {address}"}
        assert one.browser.post("/dieu-hanh/thong-bao", words | {"preview": "1"}).status_code == 200
        assert not NoticeTemplate.objects.exists()
        assert one.browser.post("/dieu-hanh/thong-bao", words | {"save": "1"}).status_code == 302
        assert templates_of.newest("sms")[0] == 1
        assert one.browser.post("/dieu-hanh/cua/dien-tap").status_code == 302
        no = {"decision": "no_go", "reason": "Chưa đủ điều kiện."}
        assert one.browser.post("/dieu-hanh/cua", no).status_code == 302
        made = GateDecision.objects.get()
        assert one.browser.post(f"/dieu-hanh/cua/{made.pk}").status_code == 409
        assert two.browser.post(f"/dieu-hanh/cua/{made.pk}").status_code == 302
        account = make_account(phone="0987000111")
        asked = {"account": "0987000111", "ground": "Điều 40", "until": "30/9/2024"}
        assert one.browser.post("/dieu-hanh/mien-tru", asked | {"account": "0900"}).status_code == 409
        assert one.browser.post("/dieu-hanh/mien-tru", asked).status_code == 302
        waiting = account.exemptions.get()
        assert one.browser.post(f"/dieu-hanh/mien-tru/{waiting.pk}").status_code == 409
        assert two.browser.post(f"/dieu-hanh/mien-tru/{waiting.pk}").status_code == 302
        for path in ("tong-quan", "dot", "thong-bao", "mien-tru", "cua", "chinh-sach"):
            assert one.browser.get(f"/dieu-hanh/{path}").status_code == 200, path


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("registry", "issuer")
class TestOutsideATestsTransaction:
    """A test that runs inside one transaction hides an act that has none of its own."""

    def test_every_act_of_an_official_judges_the_duty_in_its_own(self) -> None:
        issue_policy()
        one, two = officer("", "policy_proposer"), officer("", "policy_approver")
        account = make_account(phone="0987000222")
        assert one.browser.post("/dieu-hanh/cua/dien-tap").status_code == 302
        no = {"decision": "no_go", "reason": "Chưa đủ điều kiện."}
        assert one.browser.post("/dieu-hanh/cua", no).status_code == 302
        assert two.browser.post(f"/dieu-hanh/cua/{GateDecision.objects.get().pk}").status_code == 302
        asked = {"account": "0987000222", "ground": "Điều 40", "until": "30/9/2024"}
        assert one.browser.post("/dieu-hanh/mien-tru", asked).status_code == 302
        assert two.browser.post(f"/dieu-hanh/mien-tru/{account.exemptions.get().pk}").status_code == 302

    def test_a_rehearsal_can_write_nothing(self, monkeypatch: Any) -> None:
        issue_policy()
        account = make_account()
        monkeypatch.setattr(conservation, "faults", lambda: PortalAccount.objects.update(cohort="x") and [])
        with pytest.raises(InternalError, match="read-only"):
            rehearse.execute("test")
        account.refresh_from_db()
        assert account.cohort == "default"
        assert not Rehearsal.objects.exists()

    def test_a_rehearsal_finds_an_account_that_no_date_reaches(self, client: Client) -> None:
        issue_policy()
        ledger.because("imported", actor="test")
        login_old(client, make_account())
        PolicyCopy.objects.all().delete()
        made = rehearse.execute("test")
        assert (made.good, made.found["accounts_left"], made.found["old_sessions_left"]) == (False, 1, 1)
        assert Rehearsal.objects.count() == 1

    def test_a_duty_that_ended_a_moment_ago_signs_nothing(self, monkeypatch: Any) -> None:
        issue_policy()
        one = officer("", "policy_proposer")
        monkeypatch.setattr(pass_gate, "conditions", lambda cohort: _ended(one.grant))
        no = {"decision": "no_go", "reason": "Chưa đủ điều kiện."}
        assert one.browser.post("/dieu-hanh/cua", no).status_code == 403
        assert not GateDecision.objects.exists()


def _ended(grant: DutyGrant) -> dict[str, bool]:
    """The duty ends while the conditions are asked."""
    DutyGrant.objects.filter(pk=grant.pk).update(ended_on=country_time.today())
    return planning.gate(GOOD)
