"""Promise: when the register is away nothing is refused, nothing typed is lost, and no try is counted."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from django.test import Client
from portal_walks import PASSWORD, error_code, heading, matched_account, say_mine, sign_in_old, to_question

from conftest import make_account, make_identity
from portal.accounts.models import AccountLink, Attempt, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july")]
PAGE = "/tai-khoan/thong-tin-dinh-danh/cap-nhat"
MISMATCH = ("khớp", "chưa khớp", "không khớp")


def signed_in(client: Client, **said: Any) -> Any:
    account = make_account(password=PASSWORD, **said)
    sign_in_old(client, account)
    return account


def test_a_match_while_the_register_is_down_keeps_what_was_typed(client: Client, register_desk: Any) -> None:
    account = signed_in(client, personal_id=None)
    register_desk.down = True
    for page in (PAGE, "/cap-nhat-so-dinh-danh"):
        answer = client.post(page, {"personal_id": "045185000123", "full_name": "Hồ Thị Mỹ Duyên"})
        shown = answer.content.decode()
        assert answer.status_code == 503
        assert error_code(answer) == "NPD_UNAVAILABLE"
        assert 'value="045185000123"' in shown
        assert "chưa khớp" not in shown
    assert Attempt.objects.filter(action__startswith="match").count() == 0
    account.refresh_from_db()
    assert account.state == State.OPEN
    register_desk.down = False
    assert client.post(PAGE, {"personal_id": "045185000123"}).status_code == 303


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}),
        (503, {"overall": "NO_MATCH", "request_id": "x"}),
        (200, {"overall": "MAYBE", "request_id": "x"}),
        (200, {"overall": "MATCH"}),
        (200, ["MATCH"]),
        (403, {"error": "unknown_reference"}),
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_understood_is_no_answer(client: Client, register_desk: Any, answer: Any) -> None:
    account = signed_in(client)
    register_desk.status = answer
    assert error_code(client.post(PAGE, {"personal_id": account.personal_id})) == "NPD_UNAVAILABLE"


def test_the_link_waits_while_the_register_is_down(client: Client, issuer: Any, register_desk: Any) -> None:
    account = matched_account()
    sign_in_old(client, account)
    register_desk.down = True
    refusal = to_question(client, issuer, make_identity(personal_id=account.personal_id))
    assert error_code(refusal) == "NPD_UNAVAILABLE"
    assert not AccountLink.objects.exists()
    register_desk.down = False
    assert "phải của ông/bà không" in heading(client.get("/lien-ket/xac-nhan"))
    assert say_mine(client).status_code == 303


def test_the_register_answers_are_told_as_far_as_they_may(client: Client, register_desk: Any) -> None:
    account = signed_in(client)
    cases = [
        ("NPD_NAME_ACCENTS", {"full_name": "ACCENTS_DIFFER", "birth_date": "MATCH", "personal_id": "MATCH"}),
        ("NPD_NAME_MISMATCH", {"full_name": "NO_MATCH", "birth_date": "MATCH", "personal_id": "MATCH"}),
        ("NPD_DOB_MISMATCH", {"full_name": "MATCH", "birth_date": "NO_MATCH", "personal_id": "MATCH"}),
    ]
    for code, fields in cases:
        register_desk.says("NO_MATCH", **fields)
        answer = client.post(PAGE, {"personal_id": account.personal_id})
        assert error_code(answer) == code
        Attempt.objects.all().delete()


def test_a_number_that_does_not_exist_reads_like_one_that_is_somebody_elses(client: Client, register_desk: Any) -> None:
    account = signed_in(client, personal_id=None)
    shown = []
    for overall in ("NO_MATCH", "NOT_FOUND"):
        register_desk.says(overall)
        answer = client.post(PAGE, {"personal_id": "045185000999"})
        shown.append((answer.status_code, heading(answer), error_code(answer)))
        assert account.full_name in answer.content.decode()
    assert shown[0] == shown[1]
    assert shown[0][2] == "NPD_NO_MATCH"


def test_tries_are_counted_per_account_and_per_number(client: Client, browser: Any, register_desk: Any) -> None:
    register_desk.says("NO_MATCH")
    account = signed_in(client, personal_id=None)
    for number in ("045185000001", "045185000002", "045185000003", "045185000004", "045185000005"):
        assert error_code(client.post(PAGE, {"personal_id": number})) == "NPD_NO_MATCH"
    assert error_code(client.post(PAGE, {"personal_id": "045185000006"})) == "MATCH_TRIES_ACCOUNT"
    for _ in range(3):
        other = browser()
        signed_in(other, personal_id=None)
        answer = error_code(other.post(PAGE, {"personal_id": "045185000001"}))
    assert answer == "MATCH_TRIES_NUMBER"
    assert account.state == State.OPEN


@pytest.mark.parametrize("number", ["04518500012", "0451850001234", "045185-00012a", "", "197012204"])
def test_a_number_of_another_length_is_a_fault_of_the_field_not_a_try(
    client: Client, register_desk: Any, number: str
) -> None:
    signed_in(client, personal_id=None)
    answer = client.post(PAGE, {"personal_id": number})
    assert answer.status_code == 200
    assert "govuk-error-message" in answer.content.decode()
    assert register_desk.asked == []
    assert not Attempt.objects.filter(action__startswith="match").exists()


def test_full_width_digits_and_spaces_are_the_same_number(client: Client, register_desk: Any) -> None:
    account = signed_in(client, personal_id=None)
    assert client.post(PAGE, {"personal_id": "０４５１８５ 000 123"}).status_code == 303
    account.refresh_from_db()
    assert account.matched_personal_id == "045185000123"


def test_nfd_and_nfc_names_are_one_name(client: Client, register_desk: Any) -> None:
    account = signed_in(client)
    decomposed = unicodedata.normalize("NFD", account.full_name)
    assert decomposed != account.full_name
    answer = client.post(PAGE, {"personal_id": account.personal_id, "full_name": decomposed})
    assert answer.status_code == 303
    account.refresh_from_db()
    assert account.matched_full_name == unicodedata.normalize("NFC", account.full_name)
    assert register_desk.asked[0]["subject"]["full_name"] == account.full_name


def test_nothing_of_the_register_reaches_the_page(client: Client, register_desk: Any) -> None:
    account = signed_in(client)
    register_desk.says("NO_MATCH", full_name="NO_MATCH", birth_date="MATCH", personal_id="MATCH")
    shown = client.post(PAGE, {"personal_id": account.personal_id}).content.decode()
    assert "không hiện thông tin trong Cơ sở dữ liệu" in shown
    assert register_desk.asked[0]["purpose"] == {"code": "account_match", "reference": f"portal_account:{account.pk}"}
