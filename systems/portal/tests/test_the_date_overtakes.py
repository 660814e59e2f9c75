"""Promise: at the date old sign-ins end, in every browser and inside every transaction; e-ID sessions never notice."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from portal_walks import (
    PASSWORD,
    code_in_the_sms,
    error_code,
    heading,
    matched_account,
    say_mine,
    sign_in_old,
    to_question,
)

from conftest import issue_policy, login_eid, login_old, make_account, make_identity
from portal.accounts.models import AccountLink, LoginSession, PortalAccount, Profile, State
from portal.accounts.signals import account_linked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july", "register_desk")]
LAST_SECOND, JULY = "2024-06-30T23:59:58+07:00", "2024-07-01T00:00:01+07:00"


def test_old_sign_in_is_refused_with_the_way_on(client: Client, country_date: Any) -> None:
    account = make_account(password=PASSWORD)
    country_date(JULY)
    page = client.get("/dang-nhap").content.decode()
    assert "Tài khoản do Cổng cấp đã ngừng hoạt" in page.replace("\xa0", " ")
    refused = client.post("/dang-nhap", {"identifier": account.personal_id, "password": PASSWORD})
    assert refused.status_code == 403
    assert "/vneid/bat-dau" in refused.content.decode()


def test_after_the_date_the_password_is_still_not_told(client: Client, country_date: Any) -> None:
    account = make_account(password=PASSWORD)
    country_date(JULY)
    wrong = client.post("/dang-nhap", {"identifier": account.personal_id, "password": "Sai-mat-khau1"})
    assert "chưa đúng" in wrong.content.decode()


def test_a_code_asked_before_the_date_does_not_open_after_it(client: Client, country_date: Any) -> None:
    account = make_account(password=PASSWORD)
    country_date(LAST_SECOND)
    client.post("/dang-nhap", {"identifier": account.personal_id, "password": PASSWORD})
    country_date(JULY)
    refused = client.post("/dang-nhap/ma-xac-thuc", {"otp": code_in_the_sms(account.phone)})
    assert refused.status_code == 403
    assert not LoginSession.objects.filter(portal_account=account).exists()


def test_open_sessions_end_and_stay_dead_when_the_date_moves_back(client: Client, country_date: Any) -> None:
    account = make_account(password=PASSWORD)
    country_date(LAST_SECOND)
    sign_in_old(client, account)
    assert client.get("/tai-khoan").status_code == 200
    country_date(JULY)
    assert client.get("/tai-khoan").status_code == 403
    assert not LoginSession.objects.filter(portal_account=account).exists()
    country_date(LAST_SECOND)
    assert client.get("/tai-khoan").status_code == 302


def test_e_id_sessions_never_notice(client: Client, browser: Any, country_date: Any) -> None:
    """One browser's old session ends while another browser of the same person is signed in with the e-ID."""
    account = matched_account()
    elsewhere = browser()
    login_old(elsewhere, account)
    login_eid(client, make_identity(personal_id=account.personal_id))
    country_date(JULY)
    assert client.get("/tai-khoan").status_code == 200
    assert elsewhere.get("/tai-khoan").status_code == 403
    assert client.get("/tai-khoan").status_code == 200


def test_organisations_go_on_until_their_own_date(client: Client, country_date: Any) -> None:
    account = make_account(password=PASSWORD, kind="organisation", personal_id=None, tax_code="0100109106")
    country_date(JULY)
    assert client.get("/dang-nhap?cach=to-chuc").status_code == 200
    answer = client.post("/dang-nhap", {"identifier": "0100109106", "password": PASSWORD})
    assert client.post("/dang-nhap/ma-xac-thuc", {"otp": code_in_the_sms(account.phone)}).status_code == 303
    assert answer.status_code == 303
    country_date("2025-07-01T00:00:01+07:00")
    assert client.get("/tai-khoan").status_code == 403


def test_a_link_answered_after_the_date_is_refused(client: Client, issuer: Any, country_date: Any) -> None:
    account = matched_account()
    country_date(LAST_SECOND)
    sign_in_old(client, account)
    to_question(client, issuer, make_identity(personal_id=account.personal_id))
    country_date(JULY)
    assert say_mine(client).status_code == 403
    assert not AccountLink.objects.exists()


def test_a_post_begun_before_and_committed_after_the_date_leaves_nothing(
    client: Client, issuer: Any, country_date: Any
) -> None:
    account = matched_account()
    country_date(LAST_SECOND)
    sign_in_old(client, account)
    to_question(client, issuer, make_identity(personal_id=account.personal_id))
    people = Profile.objects.count()

    def the_date_passes(**_: Any) -> None:
        country_date(JULY)

    account_linked.connect(the_date_passes)
    try:
        refused = say_mine(client)
    finally:
        account_linked.disconnect(the_date_passes)
    assert refused.status_code == 403
    account.refresh_from_db()
    assert (account.state, bool(account.password_hash)) == (State.MATCHED, True)
    assert not AccountLink.objects.exists()
    assert Profile.objects.count() == people


def test_a_match_after_the_date_is_refused(client: Client, country_date: Any, register_desk: Any) -> None:
    account = make_account(password=PASSWORD)
    sign_in_old(client, account)
    country_date(JULY)
    answer = client.post("/tai-khoan/thong-tin-dinh-danh/cap-nhat", {"personal_id": account.personal_id})
    assert answer.status_code == 403
    assert register_desk.asked == []


def test_registration_and_recovery_end_with_the_date(client: Client, country_date: Any) -> None:
    account = make_account(password=PASSWORD)
    client.post("/quen-mat-khau", {"number": account.personal_id, "phone": account.phone})
    client.post("/quen-mat-khau/ma-xac-thuc", {"otp": code_in_the_sms(account.phone)})
    country_date(JULY)
    new = {"password": "Moi-dat-1", "password_again": "Moi-dat-1"}
    assert error_code(client.post("/quen-mat-khau/mat-khau", new)) == "CUTOFF_PASSED"
    assert client.get("/dang-ky").status_code == 403


def test_a_registration_begun_before_the_date_makes_no_account_after_it(client: Client, country_date: Any) -> None:
    said = {"number": "045190000321", "full_name": "Nguyễn An", "birth_date": "1990", "phone": "0905000222"}
    client.post("/dang-ky", said)
    client.post("/dang-ky/ma-xac-thuc", {"otp": code_in_the_sms("0905000222")})
    country_date(JULY)
    client.post("/dang-ky/mat-khau", {"password": PASSWORD, "password_again": PASSWORD})
    assert not PortalAccount.objects.exists()


def test_a_stale_policy_is_unavailable_never_expired(client: Client) -> None:
    from datetime import UTC, datetime, timedelta

    from portal.accounts.models_policy import PolicyCopy

    account = make_account(password=PASSWORD)
    PolicyCopy.objects.update(confirmed_at=datetime.now(UTC) - timedelta(minutes=11), issuer="http://other.localhost")
    refused = client.post("/dang-nhap", {"identifier": account.personal_id, "password": PASSWORD})
    assert refused.status_code == 503
    assert "ngừng hoạt" not in heading(refused)


def late(client: Client, issuer: Any, account: PortalAccount, who: Any) -> Any:
    """e-ID sign-in, "you have an old account", level 2 again for the late link; the page that follows."""
    back = client.get("/vneid/tro-ve", issuer.approve(client.get("/vneid/bat-dau")["Location"], who))
    waiting = client.get(back["Location"])
    assert waiting["Location"] == "/vneid/tai-khoan-cu"
    start = client.post("/lien-ket/muon/bat-dau", {"account": str(account.pk)})
    if start.status_code != 303:
        return start
    back = client.get("/vneid/tro-ve", issuer.approve(start["Location"], who))
    return client.get(back["Location"])


def test_late_link_after_the_date(client: Client, issuer: Any, country_date: Any) -> None:
    account = matched_account(email="chu@vidu.example")
    country_date(JULY)
    who = make_identity(personal_id=account.personal_id)
    question = late(client, issuer, account, who)
    assert "sau 72 giờ" in question.content.decode()
    assert say_mine(client).status_code == 303
    account.refresh_from_db()
    live = AccountLink.objects.get(portal_account=account)
    assert (account.state, live.how) == (State.LINKED, "late")
    assert live.profile.movable_after is not None
    assert "Đã liên kết" in client.get("/tai-khoan/thong-tin-dinh-danh").content.decode()


def test_late_link_needs_level_2(client: Client, issuer: Any, country_date: Any) -> None:
    account = matched_account()
    country_date(JULY)
    page = late(client, issuer, account, make_identity(personal_id=account.personal_id, eid_level=1))
    assert "Chưa nhận được kết quả đăng nhập VNeID" in heading(page) or error_code(page) == "VNEID_L1_ONLY"
    assert not AccountLink.objects.exists()


def test_late_link_is_not_open_before_the_date(client: Client, issuer: Any) -> None:
    account = matched_account()
    page = late(client, issuer, account, make_identity(personal_id=account.personal_id))
    assert error_code(page) == "LATE_LINK_TOO_EARLY"


def test_late_link_takes_only_an_account_with_the_same_number(client: Client, issuer: Any, country_date: Any) -> None:
    mine, other = matched_account(), matched_account()
    country_date(JULY)
    who = make_identity(personal_id=mine.personal_id)
    back = client.get("/vneid/tro-ve", issuer.approve(client.get("/vneid/bat-dau")["Location"], who))
    client.get(back["Location"])
    assert error_code(client.post("/lien-ket/muon/bat-dau", {"account": str(other.pk)})) == "LINK_NOT_MATCHED"


def test_a_date_that_was_brought_forward_holds_at_once(client: Client) -> None:
    account = make_account(password=PASSWORD)
    sign_in_old(client, account)
    issue_policy(citizen="2024-05-01T00:00:00+07:00")
    assert client.get("/tai-khoan").status_code == 403
