"""What a person does at the portal, step by step, over HTTP: shared by the tests of journeys and attacks."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.test import Client

from conftest import make_account
from portal.accounts.models import PendingNotice, PortalAccount
from portal.accounts.passwords import hash_password

PASSWORD = "Mat-khau1"


@cache
def hashed() -> str:
    """The password's hash: the same for every account of a run, because each argon2 costs what ten queries cost."""
    return hash_password(PASSWORD)


def code_in_the_sms(to: str | None = None) -> str:
    """The newest one-time code that was sent (to this address)."""
    for notice in PendingNotice.objects.order_by("-made_at"):
        found = re.findall(r"(?<!\d)\d{6}(?!\d)", notice.text)
        if found and to in (None, notice.address):
            assert len(found) == 1, "the code is the only number of six digits in its message"
            return str(found[0])
    raise AssertionError("no code was sent")


def sign_in_old(client: Client, account: PortalAccount, next_: str = "") -> Any:
    """Number and password, then the SMS code; the answer to the code."""
    said = {"identifier": account.personal_id or account.legacy_id9 or account.phone, "password": PASSWORD}
    assert client.post("/dang-nhap", said | {"next": next_}).status_code == 303
    return client.post("/dang-nhap/ma-xac-thuc", {"otp": code_in_the_sms(account.phone)})


def matched_account(**said: Any) -> PortalAccount:
    """An old account with the password above that was matched with its own number."""
    account = make_account(**{"password_hash": hashed()} | said)
    account.state = "matched"
    account.matched_personal_id = account.personal_id
    account.matched_full_name, account.matched_birth_date = account.full_name, account.birth_date
    account.save()
    return account


def start_link(client: Client) -> str:
    """Press "Đăng nhập bằng VNeID" on the system notice; where the browser is sent."""
    answer = client.post("/lien-ket/bat-dau")
    assert answer.status_code == 303, heading(answer)
    return str(answer["Location"])


def to_question(client: Client, issuer: Any, who: Any, **bend: Any) -> Any:
    """From the system notice through the e-ID; the page that follows (the question, or a refusal)."""
    back = client.get("/vneid/tro-ve", issuer.approve(start_link(client), who, **bend))
    assert back.status_code == 303
    return client.get(back["Location"])


def say_mine(client: Client) -> Any:
    """Answer "this is mine"."""
    return client.post("/lien-ket/xac-nhan", {"mine": "yes"})


def heading(answer: Any) -> str:
    """The page's h1."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.DOTALL)
    return " ".join(found.group(1).replace("\xa0", " ").split()) if found else f"status {answer.status_code}"


def error_code(answer: Any) -> str:
    """The code for the hotline on a refusal page."""
    found = re.search(r'<span class="mc-hash">([A-Z0-9_]+)</span>', answer.content.decode())
    return found.group(1) if found else f"none ({heading(answer)})"
