"""Promise: a date changes only when one official proposes it and another person approves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client

from conftest import login_eid, make_account, make_identity
from portal.accounts import policy
from portal.accounts.cutover import Rule
from portal.accounts.duty.models import DutyGrant
from portal.accounts.models import AuditEntry
from portal.accounts.models_policy import PolicyVersion
from portal.campaign import four_eyes, law
from portal.campaign.actions import decide, propose
from portal.campaign.four_eyes import Decider, Refusal
from portal.campaign.models import PolicyProposal
from portal.claims.actions import archive

PAGE = "/dieu-hanh/chinh-sach"
FORM = {
    "citizen_date": "20/6/2024",
    "citizen_time": "00:00",
    "citizen_basis": "Nghị định số 59/2022/NĐ-CP",
    "official_date": "01/7/2024",
    "official_time": "00:00",
    "official_basis": "Nghị định số 59/2022/NĐ-CP",
    "organisation_date": "01/7/2025",
    "organisation_time": "00:00",
    "organisation_basis": "Nghị định số 69/2024/NĐ-CP, Điều 40 khoản 4",
    "reason": "Thử nghiệm dời ngày sớm hơn.",
}


def official(browser: Client, number: str, *roles: str) -> list[DutyGrant]:
    """Sign this browser in as an official with these roles; works in the first one."""
    from django.utils import timezone

    grants = [
        DutyGrant.objects.create(
            personal_id=number,
            full_name=f"Cán bộ {number[-3:]}",
            agency="000.00.00.G22",
            role=role,
            valid_from=date(2024, 1, 1),
            proposed_at=timezone.now(),
            approved_at=timezone.now(),
            bootstrapped=True,
        )
        for role in roles
    ]
    login_eid(browser, make_identity(personal_id=number))
    work_as(browser, grants[0])
    return grants


def work_as(browser: Client, grant: DutyGrant) -> None:
    assert browser.post("/cong-vu", {"grant": str(grant.pk)}).status_code == 302


@pytest.fixture
def two(db: None, browser: Callable[[], Client]) -> tuple[Client, Client]:
    """The proposer's and the approver's browser, with the law's policy in force."""
    law.seed()
    proposer, approver = browser(), browser()
    official(proposer, "045085000111", "policy_proposer")
    official(approver, "045185000222", "policy_approver")
    return proposer, approver


def test_one_proposes_another_approves(two: tuple[Client, Client]) -> None:
    proposer, approver = two
    assert proposer.post(PAGE + "/de-xuat", FORM).status_code == 302
    assert policy.judge("citizen").legal_date == date(2024, 7, 1)
    proposal = PolicyProposal.objects.get()
    answer = approver.post(f"{PAGE}/{proposal.pk}", {"decision": "approve"})
    assert answer.status_code == 302
    assert policy.judge("citizen").legal_date == date(2024, 6, 20)
    assert policy.judge("official").legal_date == date(2024, 7, 1)
    assert PolicyVersion.objects.count() == 2
    events = list(AuditEntry.objects.order_by("id").values_list("event", flat=True))
    assert events.index("policy-proposed") < events.index("policy-approved")


def test_pages_of_each_state_open(two: tuple[Client, Client]) -> None:
    proposer, approver = two
    assert "Không có đề xuất nào đang chờ" in proposer.get(PAGE).content.decode()
    assert proposer.get(PAGE + "/de-xuat").status_code == 200
    proposer.post(PAGE + "/de-xuat", FORM)
    proposal = PolicyProposal.objects.get()
    for browser in two:
        page = browser.get(f"{PAGE}/{proposal.pk}?lang=en").content.decode()
        assert "20 June 2024" in page
    assert approver.get(PAGE).status_code == 200


def test_a_form_with_faults_keeps_what_was_typed(two: tuple[Client, Client]) -> None:
    proposer, _ = two
    page = proposer.post(PAGE + "/de-xuat", FORM | {"citizen_date": "31/6/2024", "reason": "ngắn"})
    assert page.status_code == 422
    assert "31/6/2024" in page.content.decode()
    assert not PolicyProposal.objects.exists()


def test_the_same_person_cannot_approve(two: tuple[Client, Client]) -> None:
    proposer, _ = two
    both = official(proposer, "045085000111", "policy_proposer", "policy_approver")
    proposer.post(PAGE + "/de-xuat", FORM)
    work_as(proposer, both[1])
    answer = proposer.post(f"{PAGE}/{PolicyProposal.objects.get().pk}", {"decision": "approve"})
    assert answer.status_code == 409
    assert "SAME_PERSON" in answer.content.decode()
    assert policy.judge("citizen").legal_date == date(2024, 7, 1)


def test_a_proposer_cannot_decide(two: tuple[Client, Client]) -> None:
    proposer, _ = two
    proposer.post(PAGE + "/de-xuat", FORM)
    answer = proposer.post(f"{PAGE}/{PolicyProposal.objects.get().pk}", {"decision": "approve"})
    assert answer.status_code == 403
    assert PolicyProposal.objects.get().state == "waiting"


def test_nobody_without_a_role_sees_the_page(two: tuple[Client, Client], client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    login_eid(client, make_identity(personal_id="045185000999"))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE + "/de-xuat", FORM).status_code == 403


def test_a_refusal_needs_a_reason(two: tuple[Client, Client]) -> None:
    proposer, approver = two
    proposer.post(PAGE + "/de-xuat", FORM)
    address = f"{PAGE}/{PolicyProposal.objects.get().pk}"
    assert approver.post(address, {"decision": "refuse"}).status_code == 409
    assert approver.post(address, {"decision": "refuse", "reason": "Chưa đủ căn cứ."}).status_code == 302
    assert approver.post(address, {"decision": "approve"}).status_code == 409
    assert PolicyVersion.objects.count() == 1


def test_a_proposal_based_on_an_older_version_is_out_of_date(two: tuple[Client, Client]) -> None:
    proposer, approver = two
    proposer.post(PAGE + "/de-xuat", FORM)
    proposer.post(PAGE + "/de-xuat", FORM | {"citizen_date": "21/6/2024"})
    first, second = PolicyProposal.objects.order_by("proposed_at")
    assert approver.post(f"{PAGE}/{first.pk}", {"decision": "approve"}).status_code == 302
    answer = approver.post(f"{PAGE}/{second.pk}", {"decision": "approve"})
    assert answer.status_code == 409
    assert "OUT_OF_DATE" in answer.content.decode()


def test_a_date_is_not_moved_back_once_accounts_were_put_away_because_of_it(
    two: tuple[Client, Client], country_date: Callable[[str], None]
) -> None:
    proposer, approver = two
    quiet = make_account(state="open")
    country_date("2025-07-02T08:00:00+07:00")
    back = FORM | {"citizen_date": "01/9/2025", "organisation_date": "01/7/2025"}

    def approved() -> tuple[int, str]:
        assert proposer.post(PAGE + "/de-xuat", back).status_code == 302
        newest = PolicyProposal.objects.order_by("-proposed_at").first()
        answer = approver.post(f"{PAGE}/{newest.pk if newest else ''}", {"decision": "approve"})
        return answer.status_code, answer.content.decode()

    assert archive.unclaimed() == 1
    assert archive.restore(quiet.pk, actor="test", reason="chủ tài khoản đã đến"), (
        "restoring does not open the way back"
    )
    status, page = approved()
    assert (status, "NO_RETURN" in page) == (409, True)
    assert policy.judge("citizen").legal_date == date(2024, 7, 1)


def test_a_date_that_has_passed_can_be_moved_back_before_that(
    two: tuple[Client, Client], country_date: Callable[[str], None]
) -> None:
    proposer, approver = two
    country_date("2024-07-02T08:00:00+07:00")
    proposer.post(PAGE + "/de-xuat", FORM | {"citizen_date": "01/9/2024"})
    answer = approver.post(f"{PAGE}/{PolicyProposal.objects.get().pk}", {"decision": "approve"})
    assert answer.status_code == 302
    assert policy.judge("citizen").legal_date == date(2024, 9, 1)


def test_a_command_is_nobodys_second_pair_of_eyes(two: tuple[Client, Client]) -> None:
    proposer, _ = two
    proposer.post(PAGE + "/de-xuat", FORM)
    with pytest.raises(decide.DecisionRefused) as no:
        decide.execute(
            PolicyProposal.objects.get().pk, approve=True, reason="", decider=Decider("command:root", None), name="root"
        )
    assert no.value.refusal is Refusal.SAME_PERSON


@pytest.mark.parametrize(
    ("proposer", "decider", "allowed"),
    [
        (Decider("duty:1", b"a"), Decider("duty:2", b"b"), True),
        (Decider("duty:1", b"a"), Decider("duty:2", b"a"), False),
        (Decider("duty:1", b"a"), Decider("duty:1", b"b"), False),
        (Decider("command:x", None), Decider("duty:2", b"b"), True),
        (Decider("command:x", None), Decider("command:y", None), False),
    ],
)
def test_four_eyes_as_a_rule(proposer: Decider, decider: Decider, allowed: bool) -> None:
    said = four_eyes.may_decide(
        state="waiting", proposer=proposer, decider=decider, based_on=1, held=1, approve=True, reason=""
    )
    assert (said is None) == allowed


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_make_one_version() -> None:
    law.seed()
    rules = (*law.LAW_RULES[:2], Rule("organisation", "default", law.INDIVIDUALS_END, "Nghị định khác"))
    made = propose.execute(rules, reason="hai người cùng lúc", proposer=Decider("duty:1", b"a"), name="A")
    ready, outcomes = Barrier(2), []

    def approve(number: int) -> None:
        ready.wait()
        try:
            decide.execute(
                made.pk, approve=True, reason="", decider=Decider(f"duty:{number}", bytes([number])), name="B"
            )
            outcomes.append("approved")
        except decide.DecisionRefused as no:
            outcomes.append(no.refusal.value)
        finally:
            connection.close()

    threads = [Thread(target=approve, args=(number,)) for number in (2, 3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["NOT_WAITING", "approved"]
    assert PolicyVersion.objects.count() == 2


def test_withdrawing_needs_the_approver(two: tuple[Client, Client]) -> None:
    proposer, approver = two
    assert proposer.post(PAGE + "/rut-lai", {}).status_code in (302, 403)
    assert approver.post(PAGE + "/rut-lai", {"reason": "nhầm"}).status_code == 302
