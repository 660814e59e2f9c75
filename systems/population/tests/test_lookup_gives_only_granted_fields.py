"""A lookup gives the fields that were granted to (client, procedure), of a live person whose whole key agrees."""

from typing import Any

import pytest

from .conftest import DUYEN, GRANTED, RESIDENCE, Caller, Register


def lookup(caller: Caller, fields: list[str], subject: dict[str, str] = DUYEN, **purpose: Any) -> Any:
    agency = {"national": "G22", "quangtri": "H50"}[caller.client_id]
    reference = caller.open(f"dossier:000.00.00.{agency}-240504-0009")
    stated = {"code": "dossier", "reference": reference, "procedure_code": RESIDENCE} | purpose
    return caller.call("POST", "/npd/v1/lookup", {"purpose": stated, "subject": subject, "fields": fields})


def test_granted_fields_come_with_their_values(national: Caller) -> None:
    answer = lookup(national, GRANTED)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["overall"], body["record_state"]) == ("MATCH", "live")
    assert set(body["values"]) == set(GRANTED)
    assert body["values"]["full_name"] == "Hồ Thị Mỹ Duyên"
    assert body["values"]["sex"] == "F"
    assert body["values"]["household_head"] == {
        "full_name": "Nguyễn Hữu Phước",
        "personal_id": "045083000124",
        "relation": "head",
    }
    assert {one["relation"] for one in body["values"]["household_members"]} == {"head", "wife", "son"}


def test_a_residence_is_told_in_todays_units(national: Caller) -> None:
    # The test's country has the real date, after 1 July 2025.
    home = lookup(national, ["permanent_residence"]).json()["values"]["permanent_residence"]
    assert home == {
        "unit_code": "19432",
        "unit_name": "Xã Lao Bảo, tỉnh Quảng Trị",
        "line": "Thôn Hà Lệt",
        "since": "2015-03-02",
    }


@pytest.mark.parametrize("fields", [["sex", "ethnicity"], ["personal_id"], ["current_residence"]])
def test_a_field_that_was_not_granted_is_refused_and_with_it_the_rest(national: Caller, fields: list[str]) -> None:
    answer = lookup(national, fields)
    assert answer.status_code == 403
    assert answer.json()["error"] == "field_not_granted"
    assert "values" not in answer.json()


def test_grants_of_one_client_are_not_anothers(quangtri: Caller) -> None:
    assert lookup(quangtri, ["full_name"]).status_code == 200
    assert lookup(quangtri, ["sex"]).json()["error"] == "field_not_granted"


def test_grants_of_one_procedure_are_not_anothers(national: Caller) -> None:
    assert lookup(national, ["sex"], procedure_code="1.001193").json()["error"] == "field_not_granted"


@pytest.mark.parametrize("fields", [[], ["blood_group"], ["full_name", "*"]])
def test_unknown_fields_are_refused(national: Caller, fields: list[str]) -> None:
    assert lookup(national, fields).json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": "Hồ Thị Mỹ Duyen"},
        {"birth_date": "1985"},
        {"birth_date": "1985-02-13"},
        {"personal_id": "045185999999"},
    ],
    ids=["accents", "year", "day", "unknown"],
)
def test_values_come_only_when_the_whole_key_agrees(national: Caller, changes: dict[str, str]) -> None:
    answer = lookup(national, ["sex"], DUYEN | changes)
    assert answer.status_code == 200
    assert answer.json()["values"] == {}
    assert answer.json()["overall"] != "MATCH"


def test_nothing_is_given_of_the_dead_or_of_a_former_number(national: Caller) -> None:
    dead = {"full_name": "Hồ Văn Thiết", "birth_date": "1949-10-10", "personal_id": "045049000211"}
    merged = {"full_name": "Mai Tiến Dũng", "birth_date": "1986-06-01", "personal_id": "045186000220"}
    for subject, state in ((dead, "dead"), (merged, "merged")):
        body = lookup(national, ["sex"], subject).json()
        assert (body["overall"], body["record_state"], body["values"]) == ("MATCH", state, {})


def test_the_log_names_the_fields_and_no_value(register: Register, national: Caller) -> None:
    answer = lookup(national, ["sex", "full_name"]).json()
    rows = register.sql(
        "select what, fields, procedure_code, outcome, result_shown from access_log where request_id = %s",
        answer["request_id"],
    )
    assert rows == [("lookup", ["full_name", "sex"], RESIDENCE, "MATCH", True)]
