"""The rules of comparison and of the answer, as properties: no try teaches what the asker did not know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from population.disclosure import grants, purposes
from population.disclosure.answer import judge, to_unproven
from population.disclosure.purposes import PURPOSES, Reference
from population.errors import FieldNotGranted, InvalidRequest, PurposeNotAllowed
from population.people.comparison import Subject, Verdict, compare
from population.people.record import Record

RESULTS = st.sampled_from(["MATCH", "NO_MATCH", "ACCENTS_DIFFER"])
BIRTH = st.sampled_from(["MATCH", "NO_MATCH", "INSUFFICIENT"])
STATES = st.sampled_from(["live", "dead", "cancelled", "merged"])
NAMES = st.lists(st.sampled_from(["Hồ", "Thị", "Mỹ", "Duyên", "Duyen", "Văn", "Đức", "Duc"]), min_size=1, max_size=4)
DATES = st.sampled_from(["1985-02-12", "1985-02", "1985", "1985-12-02", "1986"])


def person(name: str, born: str) -> Record:
    return Record(personal_id="045185000123", full_name=name, birth_date=born, sex="F")


def verdict_of(name: str, born: str) -> Verdict:
    return Verdict("NO_MATCH", (("full_name", name), ("birth_date", born), ("personal_id", "MATCH")))  # type: ignore[arg-type]


@given(NAMES.map(" ".join), DATES, NAMES.map(" ".join), DATES)
def test_the_whole_is_what_its_fields_say(name: str, born: str, typed: str, typed_born: str) -> None:
    verdict = compare(Subject.read(typed, typed_born, "045185000123"), person(name, born))
    results = {verdict.of("full_name"), verdict.of("birth_date")}
    if results == {"MATCH"}:
        assert verdict.overall == "MATCH"
    elif results == {"MATCH", "INSUFFICIENT"} and verdict.of("full_name") == "MATCH":
        assert verdict.overall == "INSUFFICIENT"
    else:
        assert verdict.overall == "NO_MATCH"


@given(RESULTS, BIRTH, STATES)
def test_the_unproven_learn_a_field_only_by_another(name: str, born: str, state: str) -> None:
    answer = to_unproven(verdict_of(name, born), state)  # type: ignore[arg-type]
    assert answer.record_state is None
    if "MATCH" not in {name, born} or state in {"cancelled", "merged"}:
        assert answer == to_unproven(None, None)
        assert not answer.shows_something
    else:
        assert answer.verdict.fields


@given(RESULTS, BIRTH, STATES)
def test_the_proven_learn_the_state_of_the_record(name: str, born: str, state: str) -> None:
    for code, rule in PURPOSES.items():
        if "verify" in rule.calls and code != "account_match":
            answer = judge(rule, verdict_of(name, born), state)  # type: ignore[arg-type]
            assert answer.record_state == state
            assert judge(rule, None, None).verdict.overall == "NOT_FOUND"


def test_only_tries_are_unproven() -> None:
    assert [code for code, rule in PURPOSES.items() if not rule.proven] == ["account_match"]


@given(st.sets(st.sampled_from(grants.FIELDS)), st.sets(st.sampled_from(grants.FIELDS), min_size=1))
def test_fields_are_given_all_or_none(granted: set[str], asked: set[str]) -> None:
    table: grants.Grants = {"1.004194": frozenset(granted)}
    if asked <= granted:
        assert set(grants.check(asked, "1.004194", table)) == asked
    else:
        with pytest.raises(FieldNotGranted):
            grants.check(asked, "1.004194", table)
    with pytest.raises(FieldNotGranted):
        grants.check(asked, None, table)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_reference_is_a_uuid_or_a_dossier_code_or_nothing(kind: str, ref: str) -> None:
    with pytest.raises(InvalidRequest):
        Reference.read(kind, ref)


@given(st.sampled_from(sorted(purposes.KINDS)), st.uuids())
def test_a_uuid_is_a_reference(kind: str, ref: object) -> None:
    assert Reference.parse(f"{kind}:{str(ref).upper()}") == Reference(kind, str(ref))


@given(st.sampled_from(sorted(PURPOSES)), st.sampled_from(["verify", "lookup", "same_household", "access_history"]))
def test_a_purpose_serves_its_own_calls_only(code: str, call: str) -> None:
    rule = PURPOSES[code]
    kind = sorted(rule.kinds)[0]
    procedure = "1.004194" if rule.needs_procedure else None
    stated = purposes.read(code, f"{kind}:0b5e3d1c-1f7a-4b1e-9c53-0a8e3a3b7f11", procedure)
    if call in rule.calls:
        purposes.check(stated, call, frozenset({code}))  # type: ignore[arg-type]
    with pytest.raises(PurposeNotAllowed):
        purposes.check(stated, call, frozenset(set(PURPOSES) - {code}))  # type: ignore[arg-type]
    if call not in rule.calls:
        with pytest.raises(PurposeNotAllowed):
            purposes.check(stated, call, frozenset(PURPOSES))  # type: ignore[arg-type]
