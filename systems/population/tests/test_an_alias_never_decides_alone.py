"""Nine digits, and numbers that ended, lead to none, one or several people, and never decide who somebody is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.partial_date import PartialDate
from population.people.aliases import LegacySubject, judge
from population.people.record import Found, Record
from synthetic import demo

from .conftest import DUYEN, Caller, Register

OLD = "190123456"
SAID = DUYEN | {"personal_id": OLD}
ROW = next(one for one in demo.population_rows() if one["personal_id"] == DUYEN["personal_id"])


def load(register: Register, *rows: dict[str, Any]) -> None:
    done = register.run("people", "import", "-", stdin="".join(json.dumps(one) + "\n" for one in rows).encode())
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def aliased(register: Register) -> Iterator[Register]:
    """Duyên and a stranger have had one 9-digit number."""
    load(
        register,
        ROW | {"legacy_id9": OLD},
        ROW | {"legacy_id9": OLD, "personal_id": "045079000999", "full_name": "Trần Văn Khác", "household": "other"},
    )
    yield register
    register.sql("delete from person where legacy_index is not null")
    load(register, ROW)


def ask(caller: Caller, subject: dict[str, str], code: str = "claim") -> Any:
    return caller.verify(subject, code=code)


def test_a_nine_digit_number_is_never_a_match(aliased: Register, national: Caller) -> None:
    said = ask(national, SAID).json()
    assert said["overall"] == "INSUFFICIENT"
    assert said["alias"] == {"kind": "legacy_id9", "leads_to": 2, "agreeing": 1}
    assert {one["name"]: one["result"] for one in said["fields"]} == {
        "full_name": "MATCH",
        "birth_date": "MATCH",
        "personal_id": "INSUFFICIENT",
    }
    assert "045" not in json.dumps(said["alias"])


def test_where_nobody_agrees_it_is_no_match_and_unknown_is_not_found(aliased: Register, national: Caller) -> None:
    said = ask(national, SAID | {"full_name": "Nguyễn Văn Ai"}).json()
    assert (said["overall"], said["alias"]["agreeing"]) == ("NO_MATCH", 0)
    nobody = ask(national, SAID | {"personal_id": "190 999 999"}).json()
    assert (nobody["overall"], nobody["fields"], nobody["alias"]["leads_to"]) == ("NOT_FOUND", [], 0)


def test_a_person_who_is_not_proven_is_told_nothing(aliased: Register, national: Caller) -> None:
    for number in (OLD, "190999999"):
        answer = ask(national, SAID | {"personal_id": number}, code="account_match")
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_everybody_whom_it_leads_to_finds_the_question(aliased: Register, national: Caller, eid_caller: Caller) -> None:
    ask(national, SAID)
    for number in (DUYEN["personal_id"], "045079000999"):
        reference = eid_caller.open("eid_account:6f1f7d1e-3f07-4f5e-9a3b-0d7f5c1b2a77")
        body = {"purpose": {"code": "owner_view", "reference": reference}, "personal_id": number}
        newest = eid_caller.call("POST", "/npd/v1/access-history", body).json()["entries"][0]
        assert (newest["what"], newest["purpose"], newest["result_shown"]) == ("verify", "claim", True)


def test_a_merged_number_leads_on_and_a_cancelled_one_does_not(aliased: Register, national: Caller) -> None:
    number = DUYEN["personal_id"]
    assert aliased.run("people", "set-state", number, "cancelled").returncode == 0
    said = ask(national, DUYEN).json()
    assert (said["record_state"], said["alias"]) == ("cancelled", {"kind": "cancelled", "leads_to": 0, "agreeing": 0})
    assert aliased.run("people", "set-state", number, "merged", "--into", "045079000999").returncode == 0
    said = ask(national, DUYEN).json()
    assert (said["record_state"], said["alias"]) == ("merged", {"kind": "merged", "leads_to": 1, "agreeing": 0})
    assert aliased.run("people", "set-state", number, "live").returncode == 0
    assert "alias" not in ask(national, DUYEN).json()


_PEOPLE = st.lists(
    st.builds(
        lambda name, born, state: Found(
            Record(personal_id="045079000999", full_name=name, birth_date=born, sex="M"), state
        ),
        st.sampled_from(["Nguyễn Văn An", "Nguyen Van An", "Lê Bình"]),
        st.sampled_from(["1970-01-01", "1970", "1980-05-06"]),
        st.sampled_from(["live", "dead", "cancelled", "merged"]),
    ),
    max_size=4,
)


@given(_PEOPLE)
def test_no_set_of_candidates_makes_a_match(people: list[Found]) -> None:
    verdict, alias = judge(LegacySubject("NGUYỄN VĂN AN", PartialDate.parse("1970-01-01"), OLD), people)
    assert verdict.overall != "MATCH"
    assert verdict.of("personal_id") in (None, "INSUFFICIENT")
    assert (alias.leads_to, verdict.overall == "NOT_FOUND") == (len(people), not people)
    assert alias.agreeing <= alias.leads_to
    assert (verdict.overall == "INSUFFICIENT") == (alias.agreeing > 0)
