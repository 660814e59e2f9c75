"""The whole way of the notice, in one browser: old sign-in, match, system notice, e-ID, "is this yours?", linked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from conftest import make_account, make_identity
from django.test import Client

from portal.accounts.models import (
    AccountLink,
    AuditEntry,
    ContactPoint,
    FreezeToken,
    LoginSession,
    PendingNotice,
    State,
)

pytestmark = pytest.mark.django_db
PASSWORD = "Mat-khau1"


def code_in_the_sms() -> str:
    """The newest one-time code that was sent."""
    text = PendingNotice.objects.filter(channel="sms").order_by("-made_at").first()
    assert text is not None
    found = re.findall(r"(?<!\d)\d{6}(?!\d)", text.text)
    assert len(found) == 1, "the code is the only number of six digits in its message"
    return found[0]


def sign_in_old(client: Client, account: Any, next_: str = "") -> Any:
    """Number and password, then the SMS code; the answer to the code."""
    said = {"identifier": account.personal_id or account.legacy_id9, "password": PASSWORD, "next": next_}
    assert client.post("/dang-nhap", said).status_code == 303
    return client.post("/dang-nhap/ma-xac-thuc", {"otp": code_in_the_sms()})


def link(client: Client, issuer: Any, who: Any) -> Any:
    """From the system notice through the e-ID to the question; the answer to the callback."""
    to_eid = client.post("/lien-ket/bat-dau")
    assert to_eid.status_code == 303, to_eid.content.decode()
    back = client.get("/vneid/tro-ve", issuer.approve(to_eid["Location"], who))
    assert (back.status_code, back["Location"]) == (303, "/lien-ket/xac-nhan"), client.session.get("flash")
    return client.get(back["Location"])




def test_from_old_sign_in_to_linked(client: Client, issuer: Any, register_desk: Any, policy_until_july: None) -> None:
    account = make_account(password=PASSWORD, email="duyen@vidu.example")
    first = sign_in_old(client, account)
    assert first["Location"].startswith("/cap-nhat-so-dinh-danh")
    page = client.get(first["Location"])
    assert "Cập nhật" in page.content.decode()

    matched = client.post("/cap-nhat-so-dinh-danh", {"personal_id": account.personal_id, "next": "/tai-khoan"})
    assert matched.status_code == 303
    identity = client.get(matched["Location"]).content.decode()
    assert identity.count("Đã xác thực") == 3

    client.post("/dang-xuat")
    again = sign_in_old(client, account)
    assert again["Location"].startswith("/thong-bao-he-thong")
    notice = client.get(again["Location"]).content.decode()
    assert "Còn 58 ngày" in notice
    assert "Để sau" in notice

    who = make_identity(personal_id=account.personal_id)
    question = link(client, issuer, who).content.decode()
    assert account.phone not in question
    assert f"{account.phone[:4]} ••• {account.phone[-3:]}" in question

    done = client.post("/lien-ket/xac-nhan", {"mine": "yes"})
    assert done.status_code == 303, re.findall("<h1.*", done.content.decode())
    assert done["Location"] == "/tai-khoan/thong-tin-dinh-danh?da-lien-ket=1"
    section = client.get(done["Location"]).content.decode()
    assert "Danh sách tài khoản liên kết" in section
    assert "Mức độ 2" in section or "mức độ 2" in section

    account.refresh_from_db()
    assert account.state == State.LINKED
    assert account.password_hash == ""
    assert account.phone is None
    live = AccountLink.objects.get(portal_account=account)
    assert (live.sub, live.level, live.undone_at) == (who.sub, 2, None)
    assert not LoginSession.objects.filter(portal_account=account).exists()
    assert ContactPoint.objects.filter(profile=live.profile, confirmed_at=None).count() == 2
    assert FreezeToken.objects.filter(link=live).count() == 2
    assert AuditEntry.objects.filter(event="linked").count() == 1
