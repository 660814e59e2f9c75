"""Promise: the old sign-in resists guessing, planting, fixing and redirecting."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from portal_walks import PASSWORD, code_in_the_sms, error_code, sign_in_old

from conftest import make_account, make_identity
from portal.accounts import passwords
from portal.accounts.models import OneTimeCode, PendingNotice
from portal.accounts.safe_next import safe_next
from portal.config import CONFIG

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july")]
CODE = "/dang-nhap/ma-xac-thuc"


def begin(client: Client, account: Any) -> None:
    assert client.post("/dang-nhap", {"identifier": account.personal_id, "password": PASSWORD}).status_code == 303


def words(answer: Any) -> str:
    """The page without what is new each time."""
    text = re.sub(
        r'(name="csrfmiddlewaretoken" value|nonce|name="identifier" type="text" value)="[^"]*"',
        "",
        answer.content.decode(),
    )
    return re.sub(r"\d{1,2}:\d\d", "", text)


def test_every_failure_before_the_password_reads_alike(client: Client) -> None:
    account = make_account(password=PASSWORD)
    linked = make_account(password=PASSWORD, state="linked")
    shown = {
        words(client.post("/dang-nhap", {"identifier": who, "password": password}))
        for who, password in (
            (account.personal_id, "Sai-mat-khau1"),
            ("045000000000", PASSWORD),
            ("0900000000", PASSWORD),
            (linked.personal_id, PASSWORD),
            ("abc", "x"),
        )
    }
    assert len(shown) == 1


def test_every_failure_costs_the_same_hashes(client: Client) -> None:
    account = make_account(password=PASSWORD)
    costs = []
    for who in (account.personal_id, "045000000000", "khong-phai-so"):
        with mock.patch.object(passwords, "matches", wraps=passwords.matches) as hashing:
            client.post("/dang-nhap", {"identifier": who, "password": "Sai-mat-khau1"})
        costs.append(hashing.call_count)
    assert costs == [2, 2, 2]


def test_a_shared_phone_names_nobody(client: Client) -> None:
    make_account(password=PASSWORD, phone="0905000111")
    single = {"identifier": "0905000111", "password": PASSWORD}
    assert client.post("/dang-nhap", single).status_code == 303
    make_account(password="Khac-mat-khau1", phone="0905000111")
    refused = client.post("/dang-nhap", single).content.decode()
    assert "đăng nhập bằng số định danh" in refused


def test_guessing_passwords_pauses(client: Client) -> None:
    account = make_account(password=PASSWORD)
    for _ in range(5):
        client.post("/dang-nhap", {"identifier": account.personal_id, "password": "Sai-mat-khau1"})
    right = client.post("/dang-nhap", {"identifier": account.personal_id, "password": PASSWORD})
    assert right.status_code == 429


def test_login_csrf_a_form_from_elsewhere_is_refused(client: Client) -> None:
    account = make_account(password=PASSWORD)
    form = {"identifier": account.personal_id, "password": PASSWORD}
    for headers in ({"origin": "http://ke-gian.localhost:1"}, {"origin": "null"}, {"origin": ""}):
        assert client.post("/dang-nhap", form, headers=headers).status_code == 403
    assert not OneTimeCode.objects.exists()


def test_login_csrf_a_form_without_the_pre_session_token_is_refused() -> None:
    host = CONFIG.origin.partition("://")[2]
    strict = Client(enforce_csrf_checks=True, headers={"host": host, "origin": CONFIG.origin})
    account = make_account(password=PASSWORD)
    form = {"identifier": account.personal_id, "password": PASSWORD}
    assert strict.post("/dang-nhap", form).status_code == 403
    page = strict.get("/dang-nhap").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    assert strict.post("/dang-nhap", form | {"csrfmiddlewaretoken": token.group(1)}).status_code == 303


def test_session_fixation_the_id_changes_at_each_rise(client: Client, issuer: Any) -> None:
    account = make_account(password=PASSWORD)
    client.get("/vneid/bat-dau")
    seen = [client.cookies["__Host-session"].value]
    begin(client, account)
    seen.append(client.cookies["__Host-session"].value)
    client.post(CODE, {"otp": code_in_the_sms(account.phone)})
    seen.append(client.cookies["__Host-session"].value)
    back = client.get("/vneid/tro-ve", issuer.approve(client.get("/vneid/bat-dau")["Location"], make_identity()))
    client.get(back["Location"])
    seen.append(client.cookies["__Host-session"].value)
    assert len(set(seen)) == 4
    fixed = Client(headers={"host": CONFIG.origin.partition("://")[2], "origin": CONFIG.origin})
    for old in seen[:3]:
        fixed.cookies["__Host-session"] = old
        assert fixed.get("/tai-khoan").status_code == 302


def test_the_session_cookie_is_host_only_secure_and_out_of_reach(client: Client) -> None:
    begin(client, make_account(password=PASSWORD))
    cookie = client.cookies["__Host-session"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, True, "Lax", "/")
    assert cookie["domain"] == ""


@pytest.mark.parametrize(
    "address",
    [
        "//ke-gian.example",
        "https://ke-gian.example/",
        "/\\ke-gian.example",
        "\\\\ke-gian.example",
        "/\t/ke-gian.example",
        "javascript:alert(1)",
        "http:/ke-gian.example",
        " //ke-gian.example",
    ],
)
def test_open_redirect_next_leads_only_into_this_portal(client: Client, address: str) -> None:
    account = make_account(password=PASSWORD, state="conflict")
    assert sign_in_old(client, account, address)["Location"] == "/tai-khoan"


@given(st.text(max_size=60))
def test_any_next_stays_on_this_origin(address: str) -> None:
    chosen = safe_next(address)
    assert chosen.startswith("/")
    assert not chosen.startswith(("//", "/\\"))


def test_a_wrong_code_counts_and_five_end_it(client: Client) -> None:
    account = make_account(password=PASSWORD)
    begin(client, account)
    right = code_in_the_sms(account.phone)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    shown = [client.post(CODE, {"otp": wrong}).content.decode() for _ in range(5)]
    assert "còn 4 lần nhập" in shown[0]
    assert "nhập sai 5 lần" in shown[4]
    assert "nhập sai 5 lần" in client.post(CODE, {"otp": right}).content.decode()


def test_a_code_dies_after_three_minutes(client: Client) -> None:
    account = make_account(password=PASSWORD)
    begin(client, account)
    OneTimeCode.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert "đã hết hạn" in client.post(CODE, {"otp": code_in_the_sms(account.phone)}).content.decode()


def test_a_code_is_used_once(client: Client, browser: Any) -> None:
    account = make_account(password=PASSWORD)
    begin(client, account)
    code = code_in_the_sms(account.phone)
    assert client.post(CODE, {"otp": code}).status_code == 303
    from portal.accounts import codes

    row = OneTimeCode.objects.get()
    assert codes.check("sign_in", str(account.pk), code, row.session_binding)[0] is codes.CodeResult.EXPIRED


def test_a_code_of_another_session_is_no_code(client: Client, browser: Any) -> None:
    """Who knows the password in another browser cannot use the code that this browser asked for."""
    account = make_account(password=PASSWORD)
    thief = browser()
    begin(thief, account)
    OneTimeCode.objects.all().delete()
    begin(client, account)
    code = code_in_the_sms(account.phone)
    assert thief.post(CODE, {"otp": code}).status_code == 200
    assert thief.get("/tai-khoan").status_code == 302
    assert client.post(CODE, {"otp": code}).status_code == 303


def test_codes_cannot_be_resent_within_a_minute_nor_flooded(client: Client) -> None:
    account = make_account(password=PASSWORD)
    begin(client, account)
    client.post(CODE, {"resend": "1"})
    assert PendingNotice.objects.count() == 1
    for _ in range(15):
        OneTimeCode.objects.update(sent_at=datetime.now(UTC) - timedelta(seconds=61))
        client.post(CODE, {"resend": "1"})
    assert len([notice for notice in PendingNotice.objects.all() if notice.address == account.phone]) == 10


def test_recovery_answers_alike_for_nobody(client: Client, browser: Any) -> None:
    account = make_account(password=PASSWORD)
    shown = []
    for number in (account.personal_id, "045000000000"):
        one = browser()
        sent = one.post("/quen-mat-khau", {"number": number, "phone": account.phone})
        shown.append((sent.status_code, words(one.post("/quen-mat-khau/ma-xac-thuc", {"otp": "000000"}))))
    assert shown[0] == shown[1]
    assert len(list(PendingNotice.objects.all())) == 1


def test_a_reset_ends_sessions_and_tells_every_contact(client: Client, browser: Any) -> None:
    account = make_account(password=PASSWORD, email="chu@vidu.example")
    elsewhere = browser()
    sign_in_old(elsewhere, account)
    client.post("/quen-mat-khau", {"number": account.personal_id, "phone": account.phone})
    client.post("/quen-mat-khau/ma-xac-thuc", {"otp": code_in_the_sms(account.phone)})
    client.post("/quen-mat-khau/mat-khau", {"password": "Moi-dat-1", "password_again": "Moi-dat-1"})
    assert elsewhere.get("/tai-khoan").status_code == 302
    account.refresh_from_db()
    assert account.reset_at is not None
    told = {n.address for n in PendingNotice.objects.all() if "đặt lại" in n.text}
    assert told == {account.phone, "chu@vidu.example"}


def test_a_password_page_cannot_be_reached_without_its_code(client: Client) -> None:
    account = make_account(password=PASSWORD)
    client.post("/quen-mat-khau", {"number": account.personal_id, "phone": account.phone})
    new = {"password": "Moi-dat-1", "password_again": "Moi-dat-1"}
    assert client.post("/quen-mat-khau/mat-khau", new)["Location"] == "/quen-mat-khau"
    client.post("/dang-ky", {"number": "045000000001", "full_name": "An", "birth_date": "1990", "phone": "0905000999"})
    assert client.post("/dang-ky/mat-khau", new)["Location"] == "/dang-ky"


def register(client: Client, number: str) -> Any:
    said = {"number": number, "full_name": "Nguyễn An", "birth_date": "12/02/1990", "phone": "0905000222"}
    assert client.post("/dang-ky", said)["Location"] == "/dang-ky/ma-xac-thuc"
    client.post("/dang-ky/ma-xac-thuc", {"otp": code_in_the_sms("0905000222")})
    return client.post("/dang-ky/mat-khau", {"password": PASSWORD, "password_again": PASSWORD})


def test_a_registered_number_is_refused_only_after_the_phone_is_proven(client: Client) -> None:
    taken = make_account(personal_id="045185000123")
    assert error_code(register(client, taken.personal_id)) == "ID_TAKEN"


def test_registration_makes_an_account_that_signs_in(client: Client) -> None:
    assert "Đã tạo tài khoản" in register(client, "045190000321").content.decode()
    answer = client.post("/dang-nhap", {"identifier": "045190000321", "password": PASSWORD})
    assert answer.status_code == 303
