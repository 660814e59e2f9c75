"""Households: who lives together, how old, how related; twins, deaths, second homes, corrected numbers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Literal

from kernel import admin_units
from synthetic import names, places
from synthetic.numbers import Numbers
from synthetic.records import Person, Residence, Sex

AS_OF = date(2024, 5, 4)

TWIN = 0.012
TEMPORARY = 0.05
CORRECTED = 0.002
_DEATH = ((85, 0.35), (75, 0.18), (60, 0.06), (40, 0.015), (0, 0.003))


@dataclass(frozen=True, slots=True)
class Home:
    """What the members of one household share."""

    id: str
    ethnicity: str
    residence: Residence


def household(rng: Random, number: int, numbers: Numbers) -> Iterator[Person]:
    """The members of the household ``number``, head first, then records of numbers that were corrected."""
    code = places.commune(rng)
    people = places.ethnicity(rng, code)
    since = date(rng.randint(1996, 2023), rng.randint(1, 12), rng.randint(1, 28))
    home = Home(f"HH-{number:07}", people, Residence(code, places.line(rng, code, people), since))
    for person in _members(rng, home, numbers):
        settled = _second_home(rng, _may_be_dead(rng, person))
        yield settled
        if rng.random() < CORRECTED and settled.state == "live":
            yield _former_number(rng, settled, numbers)


def _members(rng: Random, home: Home, numbers: Numbers) -> Iterator[Person]:
    age = min(88, max(22, round(rng.gauss(46, 14))))
    sex: Sex = "M" if rng.random() < 0.74 else "F"
    head = _person(rng, home, numbers, sex, _born(rng, age), "head", names.surname(rng, home.ethnicity))
    yield head
    fathers = head.full_name.split(" ")[0]
    if rng.random() < 0.8:
        other: Sex = "F" if sex == "M" else "M"
        family = names.surname(rng, home.ethnicity)
        relation: Literal["wife", "husband"] = "wife" if other == "F" else "husband"
        spouse_age = max(19, age + rng.randint(-6, 4))
        yield _person(rng, home, numbers, other, _born(rng, spouse_age), relation, family)
        if other == "M":
            fathers = family
        yield from _children(rng, home, numbers, age, fathers)
    if rng.random() < 0.16 and age < 62:
        elder: Sex = "F" if rng.random() < 0.65 else "M"
        family = fathers if elder == "M" else names.surname(rng, home.ethnicity)
        born = _born(rng, age + rng.randint(21, 34))
        yield _person(rng, home, numbers, elder, born, "mother" if elder == "F" else "father", family)


def _children(rng: Random, home: Home, numbers: Numbers, age: int, family: str) -> Iterator[Person]:
    eldest = age - rng.randint(20, 30)
    count = rng.choices((0, 1, 2, 3, 4, 5), (8, 22, 36, 20, 10, 4))[0]
    for place in range(count):
        years = eldest - place * rng.randint(1, 4)
        if not 0 <= years <= 40:
            continue
        born = _born(rng, years)
        for _ in range(2 if rng.random() < TWIN else 1):
            sex: Sex = "M" if rng.random() < 0.512 else "F"
            yield _person(rng, home, numbers, sex, born, "son" if sex == "M" else "daughter", family)


def _born(rng: Random, age: int) -> date:
    return AS_OF - timedelta(days=round((age + rng.random()) * 365.25))


def _person(
    rng: Random,
    home: Home,
    numbers: Numbers,
    *who: object,
) -> Person:
    sex, born, relation, family = who
    assert sex == "M" or sex == "F"  # noqa: PLR1714  narrows the type
    assert isinstance(born, date)
    place = "045" if home.ethnicity != "Kinh" else None
    personal_id = numbers.personal_id(rng, sex, born.year, place)
    vague = 0.04 if home.ethnicity == "Kinh" else 0.2
    known = str(born.year) if born.year < 1958 and rng.random() < vague else born.isoformat()
    return Person(
        personal_id=personal_id,
        full_name=names.full_name(rng, str(family), sex, home.ethnicity, born.year),
        birth_date=known,
        sex=sex,
        household=home.id,
        relation=str(relation),
        permanent_residence=home.residence,
        ethnicity=home.ethnicity,
        hometown=admin_units.full_name(home.residence.unit_code, home.residence.since) or "",
        legacy_id9=numbers.legacy_id9(rng) if born.year < 2003 else None,
    )


def _may_be_dead(rng: Random, person: Person) -> Person:
    age = AS_OF.year - int(person.birth_date[:4])
    chance = next(share for least, share in _DEATH if age >= least)
    if rng.random() >= chance:
        return person
    return replace(person, state="dead", state_since=AS_OF - timedelta(days=rng.randint(1, 1800)))


def _second_home(rng: Random, person: Person) -> Person:
    if rng.random() >= TEMPORARY:
        return person
    code = places.commune(rng)
    since = AS_OF - timedelta(days=rng.randint(20, 700))
    return replace(person, temporary_residence=Residence(code, places.line(rng, code, person.ethnicity), since))


def _former_number(rng: Random, person: Person, numbers: Numbers) -> Person:
    """The number that was given with the wrong sex, and merged into the right one (Decree 58/2026)."""
    other: Sex = "F" if person.sex == "M" else "M"
    former = numbers.personal_id(rng, other, int(person.birth_date[:4]), person.personal_id[:3])
    return replace(
        person,
        personal_id=former,
        sex=other,
        household=None,
        relation=None,
        state="merged",
        state_since=AS_OF - timedelta(days=rng.randint(200, 2000)),
        merged_into=person.personal_id,
    )
