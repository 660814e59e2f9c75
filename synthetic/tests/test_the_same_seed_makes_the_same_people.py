"""The generator: seeded, streamed, well formed, with the shares it promises, and with the truth beside it."""

import tracemalloc
from collections import Counter
from datetime import date
from itertools import islice

import pytest

import synthetic
from kernel import admin_units, personal_id, phone, vietnamese_names
from kernel.partial_date import PartialDate
from synthetic import demo

SEED = 20240504
NUMBER = 6000


@pytest.fixture(scope="module")
def made() -> list[synthetic.MadeUp]:
    return list(synthetic.with_accounts(NUMBER, SEED))


def test_fewer_people_are_the_beginning_of_more() -> None:
    more = list(synthetic.stream(300, SEED))
    assert list(synthetic.stream(120, SEED)) == more[:120]
    assert list(synthetic.stream(300, SEED)) == more
    assert list(synthetic.stream(300, SEED + 1)) != more


def test_it_streams() -> None:
    list(islice(synthetic.stream(50, SEED), 50))
    tracemalloc.start()
    for _ in synthetic.stream(4000, SEED):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000


def test_numbers_are_valid_unique_and_never_a_demo_persons(made: list[synthetic.MadeUp]) -> None:
    numbers = [one.person.personal_id for one in made]
    assert len(set(numbers)) == NUMBER
    assert not set(numbers) & {row["personal_id"] for row in demo.population_rows()}
    for one in made:
        person = one.person
        assert personal_id.normalise(person.personal_id) == person.personal_id
        assert personal_id.warnings(person.personal_id, person.sex, PartialDate.parse(person.birth_date)) == ()


def test_names_are_vietnamese_in_nfc(made: list[synthetic.MadeUp]) -> None:
    surnames: Counter[tuple[str, str]] = Counter()
    for one in made:
        name = one.person.full_name
        assert vietnamese_names.canonical(name) == name.upper()
        surnames[one.person.ethnicity, name.split(" ")[0]] += 1
    kinh = {surname: share for (people, surname), share in surnames.items() if people == "Kinh"}
    bru = {surname: share for (people, surname), share in surnames.items() if people == "Bru-Vân Kiều"}
    assert 0.25 < kinh["Nguyễn"] / sum(kinh.values()) < 0.42
    assert bru["Hồ"] / sum(bru.values()) > 0.9
    assert 0.3 < sum(bru.values()) / NUMBER < 0.6


def test_people_live_in_units_of_their_time(made: list[synthetic.MadeUp]) -> None:
    day = date(2024, 5, 4)
    district = {unit.code for unit in admin_units.units_within("465", day)}
    assert {one.person.permanent_residence.unit_code for one in made} == district
    for one in made:
        home = one.person.permanent_residence
        assert admin_units.unit(home.unit_code, home.since)


def test_every_situation_occurs(made: list[synthetic.MadeUp]) -> None:
    states = Counter(one.person.state for one in made)
    assert states["dead"] > 20
    assert states["merged"] >= 3
    twists = Counter(account.twist for one in made for account in one.old_accounts)
    assert {
        "none",
        "nine_digits",
        "no_number",
        "accents_lost",
        "accent_wrong",
        "typo",
        "year_only",
        "someone_elses_number",
        "recycled_phone",
        "second_account",
    } <= set(twists)
    eids = Counter(one.eid.state for one in made if one.eid)
    assert {"active", "locked", "not_activated", "dead"} == set(eids)
    born = Counter((one.person.household, one.person.birth_date) for one in made if one.person.household)
    assert any(count == 2 for (_, birthday), count in born.items() if len(birthday) == 10)
    assert any(len(one.person.birth_date) == 4 for one in made)


def test_what_is_wrong_is_what_the_truth_says(made: list[synthetic.MadeUp]) -> None:
    for one in made:
        for account in one.old_accounts:
            assert phone.normalise(account.phone) == account.phone
            if account.twist == "none":
                assert (account.full_name, account.personal_id) == (one.person.full_name, one.person.personal_id)
            if account.twist in {"accents_lost", "accent_wrong"}:
                assert vietnamese_names.compare(account.full_name, one.person.full_name) == "ACCENTS_DIFFER"
            if account.twist == "someone_elses_number":
                assert account.personal_id not in {None, one.person.personal_id}
            if account.twist not in {"none", "recycled_phone"}:
                assert not account.matched
