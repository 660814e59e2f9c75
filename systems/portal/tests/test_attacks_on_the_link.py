"""Promise: nobody gets at another person's account through the link (architecture 4; the issue's "bad input")."""

from __future__ import annotations

import time
from datetime import timedelta
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
    start_link,
    to_question,
)

from conftest import login_eid, login_old, make_account, make_identity
from kernel import country_time
from portal.accounts.models import AccountLink, ContactPoint, LoginSession, PortalAccount, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july", "register_desk")]


def unlinked(account: PortalAccount) -> bool:
    return not AccountLink.objects.filter(portal_account=account).exists()


def test_linking_with_another_persons_e_id_is_refused(client: Client, issuer: Any) -> None:
    account = matched_account()
    sign_in_old(client, account)
    refusal = to_question(client, issuer, make_identity(personal_id="045090000777"))
    assert error_code(refusal) == "LINK_OTHER_PERSON"
    assert error_code(say_mine(client)) == "CALLBACK_STATE"
    assert unlinked(account)


def test_sim_swap_cannot_re_match_a_victims_account(client: Client, register_desk: Any) -> None:
    """The thief has the SIM: he resets the password, signs in, and types his own number and name."""
    victim = make_account(password=PASSWORD, full_name="Hồ Thị Mỹ Duyên", personal_id="045185000123")
    client.post("/quen-mat-khau", {"number": victim.personal_id, "phone": victim.phone})
    client.post("/quen-mat-khau/ma-xac-thuc", {"otp": code_in_the_sms(victim.phone)})
    client.post("/quen-mat-khau/mat-khau", {"password": "Ke-trom12", "password_again": "Ke-trom12"})
    client.post("/dang-nhap", {"identifier": victim.personal_id, "password": "Ke-trom12"})
    client.post("/dang-nhap/ma-xac-thuc", {"otp": code_in_the_sms(victim.phone)})
    own = {"personal_id": "045090000777", "full_name": "Kẻ Trộm", "birth_date": "1990-01-01"}
    page = "/tai-khoan/thong-tin-dinh-danh/cap-nhat"
    assert error_code(client.post(page, own)) == "RESET_WAIT"
    victim.refresh_from_db()
    victim.reset_at = country_time.now() - timedelta(hours=73)
    victim.save()
    assert "Khác với thông tin khi đăng ký" in heading(client.post(page, own))
    assert error_code(client.post(page, own | {"accept_conflict": "1"})) == "CONFLICT"
    victim.refresh_from_db()
    assert (victim.state, victim.matched_personal_id) == (State.CONFLICT, None)
    assert register_desk.asked == []


def test_reset_stops_the_link_for_72_hours(client: Client, issuer: Any) -> None:
    account = matched_account(reset_at=country_time.now() - timedelta(hours=71))
    sign_in_old(client, account)
    who = make_identity(personal_id=account.personal_id)
    assert error_code(to_question(client, issuer, who)) == "RESET_WAIT"
    assert unlinked(account)


def test_trojan_account_gives_its_maker_nothing_after_the_link(client: Client, issuer: Any, browser: Any) -> None:
    """Pre-hijacking, five classes: a session kept open, the password, the phone, a pending recovery, the mail."""
    trojan = matched_account(personal_id="045185000123", email="ke-gian@vidu.example")
    maker = browser()
    sign_in_old(maker, trojan)
    recovering = browser()
    recovering.post("/quen-mat-khau", {"number": trojan.personal_id, "phone": trojan.phone})
    recovery_code, phone = code_in_the_sms(trojan.phone), trojan.phone

    sign_in_old(client, trojan)
    to_question(client, issuer, make_identity(personal_id="045185000123"))
    assert say_mine(client).status_code == 303

    assert maker.get("/tai-khoan").status_code == 302
    wrong = maker.post("/dang-nhap", {"identifier": trojan.personal_id, "password": PASSWORD})
    assert "chưa đúng" in wrong.content.decode()
    by_phone = maker.post("/dang-nhap", {"identifier": phone, "password": PASSWORD})
    assert "chưa đúng" in by_phone.content.decode()
    assert "hết hạn" in recovering.post("/quen-mat-khau/ma-xac-thuc", {"otp": recovery_code}).content.decode()
    link = AccountLink.objects.get(portal_account=trojan)
    assert not ContactPoint.objects.filter(profile=link.profile).exclude(confirmed_at=None).exists()
    assert not LoginSession.objects.filter(portal_account=trojan).exists()


def test_old_credentials_end_with_the_link(client: Client, issuer: Any) -> None:
    account = matched_account()
    sign_in_old(client, account)
    to_question(client, issuer, make_identity(personal_id=account.personal_id))
    say_mine(client)
    account.refresh_from_db()
    assert (account.password_hash, account.phone, account.email) == ("", None, None)


def test_a_sign_in_callback_never_becomes_a_link(client: Client, issuer: Any) -> None:
    account = matched_account()
    sign_in_old(client, account)
    to_eid = client.get("/vneid/bat-dau")["Location"]
    client.get("/vneid/tro-ve", issuer.approve(to_eid, make_identity(personal_id=account.personal_id)))
    assert error_code(client.get("/lien-ket/xac-nhan")) == "CALLBACK_STATE"
    assert error_code(say_mine(client)) == "CALLBACK_STATE"
    assert unlinked(account)


def test_a_link_callback_never_becomes_a_sign_in(client: Client, issuer: Any) -> None:
    account = matched_account()
    sign_in_old(client, account)
    client.get("/vneid/tro-ve", issuer.approve(start_link(client), make_identity(personal_id=account.personal_id)))
    assert error_code(client.get("/vneid/vao")) == "CALLBACK_STATE"


def test_the_link_needs_an_old_login_in_this_browser(client: Client) -> None:
    account = matched_account()
    assert error_code(client.post("/lien-ket/bat-dau")) == "LINK_OLD_LOGIN_MISSING"
    login_eid(client, make_identity(personal_id=account.personal_id))
    assert error_code(client.post("/lien-ket/bat-dau")) == "LINK_OLD_LOGIN_MISSING"


def test_an_old_login_older_than_ten_minutes_does_not_link(client: Client, issuer: Any) -> None:
    account = matched_account()
    login_old(client, account, auth_time=int(time.time()) - 601)
    who = make_identity(personal_id=account.personal_id)
    assert error_code(to_question(client, issuer, who)) == "LINK_OLD_LOGIN_STALE"


def test_the_old_login_must_still_live_when_the_answer_comes(client: Client, issuer: Any) -> None:
    """Signed out in another tab between the question and the answer: nothing is linked."""
    account = matched_account()
    sign_in_old(client, account)
    to_question(client, issuer, make_identity(personal_id=account.personal_id))
    other = matched_account(personal_id="045099000111")
    session = client.session
    login_old(client, other)
    assert session is not None
    answer = say_mine(client)
    assert error_code(answer) in ("CALLBACK_STATE", "LINK_OLD_LOGIN_MISSING")
    assert unlinked(account)


def test_an_e_id_that_was_signed_in_before_is_not_enough(client: Client, issuer: Any) -> None:
    account = matched_account()
    sign_in_old(client, account)
    stale = make_identity(personal_id=account.personal_id, auth_time=int(time.time()) - 3600)
    page = to_question(client, issuer, stale)
    assert "Chưa nhận được kết quả đăng nhập VNeID" in page.content.decode()
    assert unlinked(account)


def test_the_third_link_within_90_days_goes_to_the_desk(client: Client, issuer: Any) -> None:
    account = matched_account()
    profile = make_account().profile
    for days in (10, 20):
        AccountLink.objects.create(
            portal_account=account,
            profile=profile,
            issuer="x",
            sub=str(days),
            level=2,
            how="link",
            evidence={},
            linked_at=country_time.now() - timedelta(days=days),
            snapshot_hash="",
            snapshot="{}",
            undone_at=country_time.now(),
        )
    sign_in_old(client, account)
    who = make_identity(personal_id=account.personal_id)
    assert error_code(to_question(client, issuer, who)) == "LINK_THIRD_TIME"


def test_a_dead_owners_account_is_not_linked(client: Client, issuer: Any, register_desk: Any) -> None:
    register_desk.record_state = "dead"
    account = matched_account()
    sign_in_old(client, account)
    who = make_identity(personal_id=account.personal_id)
    assert error_code(to_question(client, issuer, who)) == "NPD_RECORD_NOT_LIVE"


def test_not_mine_links_nothing(client: Client, issuer: Any) -> None:
    account = matched_account()
    sign_in_old(client, account)
    to_question(client, issuer, make_identity(personal_id=account.personal_id))
    assert error_code(client.post("/lien-ket/xac-nhan", {"mine": "no"})) == "LINK_NOT_CONFIRMED"
    assert error_code(say_mine(client)) == "CALLBACK_STATE"
    assert unlinked(account)
