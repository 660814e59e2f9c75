"""The result of a verification is one of four, per field, and says no more than the purpose allows."""

import unicodedata
from typing import Any
from uuid import uuid4

import pytest

from .conftest import DUYEN, Caller

UNKNOWN = DUYEN | {"personal_id": "045185999999"}
MERGED = {"full_name": "Mai Tiến Dũng", "birth_date": "1986-06-01", "personal_id": "045186000220"}
DEAD = {"full_name": "Hồ Văn Thiết", "birth_date": "1949-10-10", "personal_id": "045049000211"}
KHAM = {"full_name": "Hồ Văn Khăm", "birth_date": "1940-01-01", "personal_id": "045040000219"}


def fields(answer: Any) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return {field["name"]: field["result"] for field in answer.json()["fields"]}


def link(caller: Caller, subject: dict[str, str]) -> Any:
    return caller.verify(subject, code="account_link")


def test_everything_agrees(national: Caller) -> None:
    answer = national.verify(DUYEN)
    assert fields(answer) == {"full_name": "MATCH", "birth_date": "MATCH", "personal_id": "MATCH"}
    assert answer.json()["overall"] == "MATCH"
    assert "record_state" not in answer.json()
    assert answer.headers["cache-control"] == "no-store"


def test_the_same_letters_in_other_forms_agree(national: Caller) -> None:
    typed = {
        "full_name": unicodedata.normalize("NFD", "  hồ thị  mỹ duyên"),
        "birth_date": "12/2/1985",
        "personal_id": "０４５１８５ 0001２３",
    }
    assert national.verify(typed).json()["overall"] == "MATCH"


def test_only_the_accents_differ_is_said_as_such(national: Caller) -> None:
    answer = national.verify(DUYEN | {"full_name": "Hồ Thị Mỹ Duyện"})
    assert answer.json()["overall"] == "NO_MATCH"
    assert fields(answer) == {"full_name": "ACCENTS_DIFFER", "birth_date": "MATCH", "personal_id": "MATCH"}


def test_which_field_differs_is_said_when_one_more_agrees(national: Caller) -> None:
    assert fields(national.verify(DUYEN | {"birth_date": "1985-12-02"}))["birth_date"] == "NO_MATCH"
    assert fields(national.verify(DUYEN | {"full_name": "Hồ Thị Nga"}))["full_name"] == "NO_MATCH"


@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": "Trần Văn Nam", "birth_date": "1990-01-01"},
        {"full_name": "Ho Thi My Duyen", "birth_date": "1990-01-01"},
        {"full_name": "Trần Văn Nam", "birth_date": "1985"},
    ],
    ids=["nothing", "accents-only", "year-only"],
)
def test_nothing_is_said_when_no_other_field_agrees(national: Caller, changes: dict[str, str]) -> None:
    answer = national.verify(DUYEN | changes)
    assert answer.json()["overall"] == "NO_MATCH"
    assert answer.json()["fields"] == []


@pytest.mark.parametrize("subject", [UNKNOWN, MERGED | {"full_name": "Mai Tiến Dũng"}], ids=["unknown", "merged"])
def test_an_unknown_number_reads_like_any_other_no(national: Caller, subject: dict[str, str]) -> None:
    unknown = national.verify(subject)
    other = national.verify(DUYEN | {"full_name": "Trần Văn Nam", "birth_date": "1990-01-01"})
    assert unknown.status_code == other.status_code == 200
    own = {"request_id", "answered_at"}
    assert {k: v for k, v in unknown.json().items() if k not in own} == {
        k: v for k, v in other.json().items() if k not in own
    }
    assert {k for k in unknown.headers if k != "date"} == {k for k in other.headers if k != "date"}
    assert len(unknown.content) == len(other.content)


def test_a_proven_person_is_told_more(national: Caller) -> None:
    assert link(national, UNKNOWN).json()["overall"] == "NOT_FOUND"
    assert link(national, DUYEN).json()["record_state"] == "live"
    assert link(national, DEAD).json()["record_state"] == "dead"
    assert link(national, MERGED).json()["record_state"] == "merged"


def test_a_year_is_neither_yes_nor_no(national: Caller) -> None:
    assert link(national, KHAM).json()["overall"] == "INSUFFICIENT"
    assert link(national, KHAM | {"birth_date": "1940"}).json()["overall"] == "MATCH"
    assert link(national, KHAM | {"birth_date": "1941"}).json()["overall"] == "NO_MATCH"
    assert fields(national.verify(DUYEN | {"birth_date": "1985"}))["birth_date"] == "INSUFFICIENT"


@pytest.mark.parametrize("number", ["04518500012", "0451850001234", "04518500012x", "", "٠٤٥١٨٥٠٠٠١٢٣"])
def test_eleven_and_thirteen_digits_are_refused(national: Caller, number: str) -> None:
    answer = national.verify(DUYEN | {"personal_id": number})
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    if number:
        assert number not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {"full_name": "", "birth_date": "1985-02-12", "personal_id": "045185000123"},
        {"full_name": "x" * 101, "birth_date": "1985-02-12", "personal_id": "045185000123"},
        {"full_name": "Hồ", "birth_date": "1985-02-30", "personal_id": "045185000123"},
        {"full_name": "Hồ", "personal_id": "045185000123"},
        {"birth_date": "1985", "personal_id": "045185000123"},
        {"full_name": "Hồ", "birth_date": "1985"},
        {"full_name": 7, "birth_date": "1985", "personal_id": "045185000123"},
        DUYEN | {"phone": "0900000123"},
    ],
)
def test_less_than_the_whole_key_is_refused(national: Caller, body: dict[str, Any]) -> None:
    answer = national.verify(body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "error_description", "request_id"}


def test_broken_bodies_are_refused(national: Caller) -> None:
    headers = {"Authorization": f"Bearer {national.token}", "Content-Type": "application/json"}
    for content in (b"", b"{", b"[]", b'{"purpose": 1}', b"\xff" * 10, b" " * 20_000):
        answer = national.register.http.post("/npd/v1/verify", content=content, headers=headers)
        assert answer.status_code == 400, content[:20]
    plain = headers | {"Content-Type": "text/plain"}
    assert national.register.http.post("/npd/v1/verify", content=b"{}", headers=plain).status_code == 400


def test_on_behalf_of_takes_no_personal_text(national: Caller) -> None:
    for text, status in ((f"duty:{uuid4()}", 200), ("national", 200), ("045185000123", 400), ("duty:Hồ Duyên", 400)):
        answer = national.verify(DUYEN, code="claim", on_behalf_of=text)
        assert answer.status_code == status
