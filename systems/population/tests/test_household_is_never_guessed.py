"""Whether two people share a household: yes, no, or no answer; what the register does not know is never "no"."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from population.households.judgement import Membership, same_household

from .conftest import Caller, Register

DUYEN, PHUOC, LAM, DEAD, FORMER, DUNG = (
    "045185000123",
    "045083000124",
    "045079000201",
    "045049000211",
    "045186000220",
    "045086000220",
)


def ask(caller: Caller, *numbers: str) -> Any:
    purpose = {"code": "conflict_of_interest", "reference": caller.account()}
    return caller.call("POST", "/npd/v1/same-household", {"purpose": purpose, "personal_ids": list(numbers)})


@pytest.mark.parametrize(
    ("one", "other", "result"),
    [(DUYEN, PHUOC, True), (PHUOC, DUYEN, True), (DUYEN, DUYEN, True), (DUYEN, LAM, False), (FORMER, DUNG, True)],
)
def test_who_lives_with_whom(national: Caller, one: str, other: str, result: bool) -> None:
    answer = ask(national, one, other)
    assert answer.status_code == 200
    assert answer.json()["same_household"] is result


@pytest.mark.parametrize("other", ["045185999999", DEAD])
def test_an_unknown_household_is_no_answer(national: Caller, other: str) -> None:
    answer = ask(national, DUYEN, other)
    assert answer.status_code == 400
    assert "same_household" not in answer.json()


@pytest.mark.parametrize("numbers", [[DUYEN], [DUYEN, PHUOC, LAM], [DUYEN, "12345678901"], []])
def test_two_whole_numbers_are_needed(national: Caller, numbers: list[str]) -> None:
    assert ask(national, *numbers).status_code == 400


def test_both_people_find_it_in_their_history(register: Register, national: Caller) -> None:
    request_id = ask(national, DUYEN, PHUOC).json()["request_id"]
    rows = register.sql("select count(distinct subject_index) from access_log where request_id = %s", request_id)
    assert rows == [(2,)]


@given(st.binary(min_size=1, max_size=2), st.binary(min_size=1, max_size=2), st.none() | st.binary(max_size=1))
def test_people_without_a_household_share_none(one: bytes, other: bytes, home: bytes | None) -> None:
    a, b = Membership(one, home), Membership(other, home)
    assert same_household(a, b) is (one == other or home is not None)
    assert same_household(a, b) is same_household(b, a)
