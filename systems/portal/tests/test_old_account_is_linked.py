"""Promise: the whole way of the notice works in one browser: old sign-in, match, notice, e-ID, question, link."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from portal_walks import PASSWORD, code_in_the_sms, heading, matched_account, say_mine, sign_in_old, to_question

from conftest import make_account, make_identity
from portal.accounts.models import (
    AccountLink,
    AccountNotice,
    AuditEntry,
    ContactPoint,
    FreezeToken,
    LoginSession,
    PendingNotice,
    State,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july", "register_desk")]
IDENTITY = "/tai-khoan/thong-tin-dinh-danh"


def test_from_old_sign_in_to_linked(client: Client, issuer: Any) -> None:
    account = make_account(password=PASSWORD, email="duyen@vidu.example")
    first = sign_in_old(client, account)
    assert first["Location"].startswith("/cap-nhat-so-dinh-danh")
    assert "Bỏ qua" in client.get(first["Location"]).content.decode()

    matched = client.post("/cap-nhat-so-dinh-danh", {"personal_id": account.personal_id, "next": "/tai-khoan"})
    assert client.get(matched["Location"]).content.decode().count("Đã xác thực") == 3

    client.post("/dang-xuat")
    again = sign_in_old(client, account)
    assert again["Location"].startswith("/thong-bao-he-thong")
    notice = client.get(again["Location"]).content.decode()
    assert "Còn 58 ngày" in notice
    assert "Để sau" in notice

    who = make_identity(personal_id=account.personal_id)
    question = to_question(client, issuer, who).content.decode()
    assert account.phone not in question
    assert f"{account.phone[:4]} ••• {account.phone[-3:]}" in question

    done = say_mine(client)
    assert done["Location"] == f"{IDENTITY}?da-lien-ket=1", heading(done)
    section = client.get(done["Location"]).content.decode()
    assert "Danh sách tài khoản liên kết" in section
    assert "VNeID mức độ 2" in section

    account.refresh_from_db()
    assert (account.state, account.password_hash, account.phone) == (State.LINKED, "", None)
    live = AccountLink.objects.get(portal_account=account)
    assert (live.sub, live.level, live.undone_at) == (who.sub, 2, None)
    assert AuditEntry.objects.filter(event="linked").count() == 1


def test_both_sides_are_told_and_old_contacts_wait(client: Client, issuer: Any) -> None:
    account = matched_account(email="duyen@vidu.example")
    sign_in_old(client, account)
    phone = account.phone
    who = make_identity(personal_id=account.personal_id, phone="0912000111")
    to_question(client, issuer, who)
    say_mine(client)
    link = AccountLink.objects.get(portal_account=account)
    told = {(notice.channel, notice.address) for notice in PendingNotice.objects.all()}
    assert {("sms", phone), ("email", "duyen@vidu.example"), ("sms", "0912000111")} <= told
    assert FreezeToken.objects.filter(link=link).count() == 2
    assert AccountNotice.objects.filter(profile=link.profile, template_key="linked").count() == 1
    assert ContactPoint.objects.filter(profile=link.profile, confirmed_at=None).count() == 2


def test_nobody_types_the_number_twice(client: Client, issuer: Any) -> None:
    account = matched_account()
    sign_in_old(client, account)
    from portal_walks import start_link

    address = start_link(client)
    assert account.personal_id not in address
    pushed = issuer.request_at(address)
    assert pushed["login_hint"] == account.personal_id
    assert pushed["prompt"] == "login"


def test_every_session_of_the_old_login_ends(client: Client, issuer: Any, browser: Any) -> None:
    account = matched_account()
    elsewhere = browser()
    sign_in_old(elsewhere, account)
    sign_in_old(client, account)
    to_question(client, issuer, make_identity(personal_id=account.personal_id))
    say_mine(client)
    assert not LoginSession.objects.filter(portal_account=account).exists()
    assert elsewhere.get("/tai-khoan").status_code == 302
    assert client.get("/tai-khoan").status_code == 200


def test_skipping_leads_on_and_comes_again(client: Client) -> None:
    account = make_account(password=PASSWORD)
    for _ in range(2):
        first = sign_in_old(client, account, "/tai-khoan")
        assert first["Location"].startswith("/cap-nhat-so-dinh-danh")
        assert client.post("/cap-nhat-so-dinh-danh", {"skip": "1", "next": "/tai-khoan"})["Location"] == "/tai-khoan"
        client.post("/dang-xuat")


def test_organisations_go_straight_on_and_read_why(client: Client) -> None:
    account = make_account(password=PASSWORD, kind="organisation", personal_id=None, tax_code="0100109106")
    answer = client.post("/dang-nhap", {"identifier": "0100109106", "password": PASSWORD})
    assert answer.status_code == 303

    answer = client.post("/dang-nhap/ma-xac-thuc", {"otp": code_in_the_sms(account.phone)})
    assert answer["Location"] == "/tai-khoan"
    assert "chưa liên kết được với VNeID" in client.get("/tai-khoan").content.decode()
    assert client.get("/lien-ket/bat-dau").status_code == 405
    assert client.post("/lien-ket/bat-dau").status_code == 409


def test_e_id_without_old_account_gets_a_fresh_profile(client: Client, issuer: Any) -> None:
    who = make_identity()
    to_eid = client.get("/vneid/bat-dau?next=/tai-khoan")
    back = client.get("/vneid/tro-ve", issuer.approve(to_eid["Location"], who))
    assert client.get(back["Location"])["Location"] == "/tai-khoan"
    assert "Đã xác thực" in client.get(IDENTITY).content.decode()


def test_e_id_first_is_told_of_the_old_account_before_a_profile_is_made(client: Client, issuer: Any) -> None:
    from portal.accounts.models import Door

    account = matched_account()
    who = make_identity(personal_id=account.personal_id)
    to_eid = client.get("/vneid/bat-dau?next=/ho-so")
    back = client.get("/vneid/tro-ve", issuer.approve(to_eid["Location"], who))
    waiting = client.get(back["Location"])
    assert waiting["Location"] == "/vneid/tai-khoan-cu"
    assert not Door.objects.filter(sub=who.sub).exists()
    assert "Ông/bà có tài khoản cũ" in heading(client.get(waiting["Location"]))
    assert client.post(waiting["Location"])["Location"] == "/ho-so"
    assert Door.objects.filter(sub=who.sub).exists()


def test_an_old_contact_counts_once_its_owner_has_entered_its_code(client: Client, issuer: Any) -> None:
    account = matched_account()
    phone = account.phone
    sign_in_old(client, account)
    to_question(client, issuer, make_identity(personal_id=account.personal_id))
    say_mine(client)
    point = ContactPoint.objects.get(channel="phone")
    page = f"/tai-khoan/lien-lac/{point.pk}"
    assert client.get(page).status_code == 405
    assert client.post(page).status_code == 200
    assert client.post(page, {"otp": code_in_the_sms(phone)}).status_code == 303
    point.refresh_from_db()
    assert point.confirmed_at is not None


def test_the_question_names_the_sign_in_before_this_one(client: Client, issuer: Any) -> None:
    """Whoever holds the old password is signed in just now; the owner recognises the time before."""
    account = matched_account()
    account.last_sign_in_at = datetime(2023, 9, 1, 8, 0, tzinfo=UTC)
    account.save()
    sign_in_old(client, account)
    question = to_question(client, issuer, make_identity(personal_id=account.personal_id)).content.decode()
    assert "Lần đăng nhập trước" in question
    assert "01/9/2023" in question
