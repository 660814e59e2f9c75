"""Promise: a match binds an account to the person it belonged to, and tells no more than it may."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.vietnamese_names import fold
from portal.accounts import matching
from portal.accounts.matching import MatchCode, RegisterAnswer, Said, TryFacts, judge, may_try, same_person

REGISTERED = Said("Hồ Thị Mỹ Duyên", "1985-02-12", None)
NUMBER = "045185000123"
numbers = st.text("0123456789", min_size=12, max_size=12)
names = st.sampled_from(["Hồ Thị Mỹ Duyên", "Nguyễn Văn Lâm", "Đặng Minh Khoa", "Lê Thị Hạnh", "Võ Đình Sơn"])
dates = st.sampled_from(["1985-02-12", "1985-02", "1985", "1940-01-01", "1985-12-02", "1990-01-30"])
people = st.builds(Said, names, dates, st.none() | numbers)
results = st.sampled_from(["MATCH", "NO_MATCH", "ACCENTS_DIFFER", "INSUFFICIENT"])
field_answers = st.dictionaries(st.sampled_from(["full_name", "birth_date", "personal_id"]), results)
overalls = st.sampled_from(["MATCH", "NO_MATCH", "NOT_FOUND", "INSUFFICIENT"])
answers = st.builds(lambda o, f: RegisterAnswer(o, tuple(f.items())), overalls, field_answers)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        (Said("HỒ THỊ  MỸ DUYÊN", "1985-02-12", NUMBER), True),
        (Said("Ho Thi My Duyen", "1985-02-12", NUMBER), True),
        (Said(unicodedata.normalize("NFD", "Hồ Thị Mỹ Duyên"), "1985-02-12", NUMBER), True),
        (Said("Hồ Thị Mỹ Duyên", "1985", NUMBER), True),
        (Said("Hồ Thị Mỹ Duyên", "1985-12-02", NUMBER), False),
        (Said("Hồ Thị Mỹ Hạnh", "1985-02-12", NUMBER), False),
        (Said("Hồ Mỹ Duyên", "1985-02-12", NUMBER), False),
    ],
)
def test_typing_mends_accents_spaces_and_year_only_dates_and_nothing_else(typed: Said, same: bool) -> None:
    assert same_person(REGISTERED, typed) is same


def test_a_registered_number_cannot_be_replaced() -> None:
    registered = Said("Hồ Thị Mỹ Duyên", "1985-02-12", "045185000999")
    verdict = judge(registered, Said("Hồ Thị Mỹ Duyên", "1985-02-12", NUMBER), RegisterAnswer("MATCH"))
    assert verdict.code is MatchCode.CONFLICT


@given(people, people, answers)
def test_only_the_registered_person_can_be_matched(registered: Said, typed: Said, answer: RegisterAnswer) -> None:
    verdict = judge(registered, typed, answer)
    if verdict.code is MatchCode.MATCHED:
        assert answer.overall == "MATCH"
        assert fold(registered.full_name) == fold(typed.full_name)
        assert registered.personal_id in (None, typed.personal_id)
        assert registered.birth_date[:4] == typed.birth_date[:4]


@given(people, field_answers)
def test_a_field_is_named_only_when_number_and_one_more_agree(person: Said, fields: dict[str, str]) -> None:
    verdict = judge(person, person, RegisterAnswer("NO_MATCH", tuple(fields.items())))  # type: ignore[arg-type]
    if verdict.code in (MatchCode.NAME_MISMATCH, MatchCode.DOB_MISMATCH, MatchCode.NAME_ACCENTS) or verdict.agreeing:
        assert fields.get("personal_id") == "MATCH"
        near = fields.get("full_name") == "ACCENTS_DIFFER"
        assert "MATCH" in (fields.get("full_name"), fields.get("birth_date")) or near


@given(people)
def test_a_number_that_does_not_exist_reads_like_any_other(person: Said) -> None:
    assert judge(person, person, RegisterAnswer("NOT_FOUND")) == judge(person, person, RegisterAnswer("NO_MATCH"))


@given(
    st.sampled_from(["open", "matched", "conflict", "frozen", "linked", "claimed", "waiting", "archived", "exempt"]),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=10)),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_only_an_open_quiet_account_with_tries_left_may_ask(
    state: str, since_reset: timedelta | None, of_account: int, of_number: int
) -> None:
    allowed = may_try(TryFacts(state, since_reset, of_account, of_number)) is None
    quiet = since_reset is None or since_reset >= timedelta(hours=72)
    assert allowed == (state == "open" and quiet and of_account < 5 and of_number < 3)


def test_72_hours_after_a_reset_nothing_is_matched() -> None:
    facts = TryFacts("open", matching.QUIET_AFTER_RESET - timedelta(seconds=1), 0, 0)
    assert may_try(facts) is MatchCode.RESET_WAIT


def test_the_sixth_try_of_an_account_is_refused() -> None:
    assert may_try(TryFacts("open", None, 5, 0)) is MatchCode.TRIES_ACCOUNT


def test_the_fourth_try_of_a_number_is_refused() -> None:
    assert may_try(TryFacts("open", None, 0, 3)) is MatchCode.TRIES_NUMBER
