"""The rules: for any facts there is one class and one reason; and what must never be automatic never is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.decisions import AUTOMATIC, RULES, AccountClass, Facts, decide, rules_table
from linkage.ingest import keys, mapping
from linkage.workplace import Workplace

MAPPINGS = Path(__file__).parent / "mappings"
ROOT = Path(__file__).resolve().parents[3]
FACTS = st.builds(
    Facts,
    kind=st.sampled_from(("citizen", "official", "organisation")),
    representative=st.sampled_from(("", "current", "left", "dead", "unknown")),
    foreigner=st.booleans(),
    usable=st.booleans(),
    signed_in=st.booleans(),
    number=st.sampled_from(("none", "missing", "found", "former", "cancelled")),
    name=st.sampled_from(("none", "same", "accents", "order", "differs")),
    date=st.sampled_from(("none", "same", "part", "differs")),
    state=st.sampled_from(("", "live", "dead", "minor")),
    nine=st.sampled_from(("none", "nobody", "one", "many", "other")),
    namesakes=st.sampled_from(("none", "one", "many")),
    nearby=st.booleans(),
    likeliest=st.sampled_from(("none", "one", "many")),
    accounts=st.sampled_from(("one", "several")),
)
PLAIN = Facts(
    kind="citizen", representative="", foreigner=False, usable=True, signed_in=True, number="found", name="same",
    date="same", state="live", nine="none", namesakes="none", nearby=False, likeliest="none", accounts="one",
)  # fmt: skip


def test_who_has_the_export_gets_the_keys_of_a_class(classified: Workplace, made_up: Path) -> None:
    fields = mapping.load(MAPPINGS / "accounts.toml")
    lists = {one: list(keys.of_class(classified, one, made_up / "accounts.parquet", fields)) for one in AccountClass}
    counts = classified.manifest("classify")["classes"]
    assert {one.value: len(found) for one, found in lists.items() if found} == {k: n for k, n in counts.items() if n}
    everybody = [key for found in lists.values() for key in found]
    assert len(everybody) == len(set(everybody))


@given(FACTS)
def test_there_is_a_decision_for_any_facts(facts: Facts) -> None:
    decision = decide(facts)
    assert decision.account_class in AccountClass
    assert decision.reason


@given(FACTS)
def test_automatic_needs_a_number_name_and_date_that_agree(facts: Facts) -> None:
    if decide(facts).account_class in AUTOMATIC:
        assert facts.agrees or facts.nine == "one"
        assert facts.kind == "citizen"
        assert facts.usable
        assert facts.signed_in
        assert not facts.foreigner


@given(FACTS)
def test_the_dead_and_children_are_never_automatic(facts: Facts) -> None:
    if facts.state in {"dead", "minor"} and (facts.agrees or facts.nine == "one"):
        assert decide(facts).account_class not in AUTOMATIC


@given(FACTS)
def test_exact_means_that_nothing_differs(facts: Facts) -> None:
    if decide(facts).account_class is AccountClass.EXACT:
        assert (facts.number, facts.name, facts.date) == ("found", "same", "same")


@given(FACTS)
def test_what_the_model_found_never_becomes_automatic(facts: Facts) -> None:
    without = decide(replace(facts, likeliest="none"))
    decision = decide(replace(facts, likeliest="one"))
    assert decision.account_class not in AUTOMATIC or decision == without


def test_plain_facts_are_exact() -> None:
    assert decide(PLAIN).account_class is AccountClass.EXACT


def test_a_dead_persons_number_is_not_exact() -> None:
    assert decide(replace(PLAIN, state="dead")).account_class is AccountClass.DEAD


def test_a_number_with_the_exact_name_of_a_twin_is_asked_and_never_guessed() -> None:
    # Hoa's number, but typed "Hòa", and Hòa was born the same day.
    twin = replace(PLAIN, name="accents", namesakes="one")
    assert decide(twin).account_class is AccountClass.SEVERAL_PEOPLE
    assert decide(replace(twin, namesakes="none")).account_class is AccountClass.NEAR


def test_a_number_of_one_and_name_and_date_of_another_is_taken() -> None:
    other = replace(PLAIN, name="differs", date="differs", namesakes="one", likeliest="one")
    assert decide(other).account_class is AccountClass.NUMBER_TAKEN


@pytest.mark.parametrize(
    ("name", "date"), [("same", "differs"), ("order", "differs"), ("differs", "same"), ("differs", "part")]
)
def test_a_number_of_one_and_the_birth_date_of_another_who_both_fit_is_asked(name: str, date: str) -> None:
    # The number's owner was born on 5 November, the account says 11 May, and of that day is somebody of the same name.
    both = replace(PLAIN, name=name, date=date, namesakes="one")
    assert decide(both).account_class is AccountClass.SEVERAL_PEOPLE
    assert decide(both).person == "none"


def test_a_namesake_elsewhere_is_not_named_while_a_neighbour_nearly_fits() -> None:
    alone = replace(PLAIN, number="none", name="none", date="none", namesakes="one")
    assert decide(alone).account_class is AccountClass.PROBABLE
    assert decide(replace(alone, nearby=True)).account_class is AccountClass.SEVERAL_PEOPLE
    assert decide(replace(alone, nearby=True, state="dead")).person == "none"


def test_every_rule_can_be_the_first_that_holds() -> None:
    assert {rule.reason for rule in RULES} == {decide(facts).reason for facts in _many_facts()}


def _many_facts() -> Iterator[Facts]:
    unfound = replace(PLAIN, name="none", date="none")
    for number, nine, namesakes, likeliest, state, accounts in product(
        ("none", "missing", "cancelled"), ("none", "nobody", "one", "many", "other"), ("none", "one", "many"),
        ("none", "one", "many"), ("live", "dead", "minor"), ("one", "several"),
    ):  # fmt: skip
        yield replace(
            unfound, number=number, nine=nine, namesakes=namesakes, likeliest=likeliest, state=state, accounts=accounts
        )
    for number, name, date, namesakes, likeliest, state, accounts in product(
        ("found", "former"), ("same", "accents", "order", "differs"), ("same", "part", "differs"),
        ("none", "one", "many"), ("none", "one"), ("live", "dead", "minor"), ("one", "several"),
    ):  # fmt: skip
        found = replace(PLAIN, number=number, name=name, date=date, state=state)
        yield replace(found, namesakes=namesakes, likeliest=likeliest, accounts=accounts)
    for representative in ("current", "left", "dead", "unknown"):
        yield replace(PLAIN, kind="organisation", representative=representative)
    yield replace(unfound, number="none", namesakes="one", nearby=True)
    yield replace(PLAIN, kind="official")
    yield replace(PLAIN, foreigner=True)
    yield replace(PLAIN, usable=False)
    yield replace(PLAIN, signed_in=False)


def test_the_documented_table_is_the_rules() -> None:
    assert rules_table() in (ROOT / "docs/linkage/rules.md").read_text(encoding="utf-8")
