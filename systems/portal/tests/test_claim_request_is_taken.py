"""Promise: a person proven by the e-ID may ask the desk for an old account; nothing is granted, nothing is betrayed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from conftest import login_eid, login_old, make_account, make_identity
from portal.accounts.models import PortalAccount, State
from portal.claims.models import Claim as ClaimRequest

pytestmark = pytest.mark.django_db
PAGE = "/nhan-lai-tai-khoan"
NUMBER = "045185000123"
SAID = {"about": "", "contact": "0912 345 678", "reason": "Tôi đã mất số điện thoại cũ."}


def her(client: Client) -> PortalAccount:
    account = make_account(personal_id=NUMBER, phone="0987654321", email="duyen@vidu.example")
    login_eid(client, make_identity(personal_id=NUMBER))
    return account


def test_who_is_not_signed_in_is_shown_the_way(client: Client) -> None:
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "/vneid/bat-dau?next=%2Fnhan-lai-tai-khoan" in page.content.decode()


def test_an_old_login_is_led_to_the_link(client: Client, policy_until_july: None) -> None:
    login_old(client, make_account())
    assert "/tai-khoan/thong-tin-dinh-danh" in client.get(PAGE).content.decode()


def test_the_request_is_stored_with_a_reference_and_grants_nothing(client: Client) -> None:
    account = her(client)
    page = client.get(PAGE).content.decode()
    assert "0987654321" not in page
    assert "duyen@vidu.example" not in page
    answer = client.post(PAGE, SAID | {"account": str(account.pk)})
    assert answer.status_code == 302
    made = ClaimRequest.objects.get()
    assert (made.portal_account_id, made.eid_level) == (account.pk, 2)
    receipt = client.get(answer.headers["location"]).content.decode()
    assert made.reference in receipt
    assert "Chưa có gì được trao ra" in receipt
    account.refresh_from_db()
    assert account.state == State.OPEN


def test_what_is_said_is_stored_sealed(client: Client) -> None:
    account = her(client)
    client.post(PAGE, SAID | {"account": str(account.pk)})
    with connection.cursor() as cursor:
        cursor.execute("select contact || reason from claims_claim")
        assert b"0912" not in bytes(cursor.fetchone()[0])


def test_an_account_of_another_number_cannot_be_named(client: Client) -> None:
    her(client)
    stranger = make_account(personal_id="045085000999")
    page = client.get(PAGE).content.decode()
    assert str(stranger.pk) not in page
    assert client.post(PAGE, SAID | {"account": str(stranger.pk)}).status_code == 422
    assert not ClaimRequest.objects.exists()


def test_the_act_takes_no_account_of_another_number(client: Client) -> None:
    from portal.accounts.models import Profile
    from portal.claims.actions import ask as claim

    make_account(personal_id=NUMBER)
    stranger = make_account(personal_id="045085000999")
    login = login_eid(client, make_identity(personal_id=NUMBER))
    asked = claim.Asked(stranger.pk, "", "0912345678", "Tôi đã mất số điện thoại cũ.")
    made = claim.execute(asked, Profile.objects.get(pk=login.profile_id), login)
    assert made.portal_account_id is None


def test_a_linked_account_is_not_offered(client: Client) -> None:
    account = her(client)
    account.state = State.LINKED
    account.save()
    assert str(account.pk) not in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"account": ""}, "account"),
        ({"account": "other", "about": ""}, "about"),
        ({"contact": "không có"}, "contact"),
        ({"contact": "a@b"}, "contact"),
        ({"reason": "mất"}, "reason"),
    ],
)
def test_faults_keep_what_was_typed(client: Client, changes: dict[str, Any], field: str) -> None:
    account = her(client)
    page = client.post(PAGE, SAID | {"account": str(account.pk)} | changes)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.content.decode()
    assert not ClaimRequest.objects.exists()


def test_another_account_is_described_in_words(client: Client) -> None:
    her(client)
    assert client.post(PAGE, SAID | {"account": "other", "about": "Tài khoản lập năm 2020"}).status_code == 302
    assert ClaimRequest.objects.get().about == "Tài khoản lập năm 2020"


def test_five_requests_are_enough(client: Client) -> None:
    account = her(client)
    for _ in range(5):
        assert client.post(PAGE, SAID | {"account": str(account.pk)}).status_code == 302
    assert client.post(PAGE, SAID | {"account": str(account.pk)}).status_code == 409
    assert ClaimRequest.objects.count() == 5


def test_a_receipt_is_shown_to_its_owner_only(client: Client, browser: Any) -> None:
    account = her(client)
    address = client.post(PAGE, SAID | {"account": str(account.pk)}).headers["location"]
    other = browser()
    login_eid(other, make_identity(personal_id="045085000777"))
    assert other.get(address).status_code == 404
