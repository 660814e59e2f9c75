"""Columns of the register: households of all Quảng Trị, batch by batch, each batch from its own seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

import numpy as np
from numpy.typing import NDArray

from kernel import admin_units
from synthetic import names
from synthetic.bases import spoiling
from synthetic.bases.noise import Noise
from synthetic.households import AS_OF
from synthetic.numbers import RESERVED

HOUSEHOLDS = 40_000
_SLOTS = 6  # head, spouse, three children, an elder
_HEAD, _SPOUSE, _CHILD, _TWIN, _YOUNGEST, _ELDER = range(_SLOTS)
_FREE, _STEP = 1_000_000 - RESERVED, 618_031
_ID9_FROM, _ID9_FREE, _ID9_STEP = 100_000_000, 280_000_000, 165_580_141
_ID9_GIVEN_TWICE = 0.001
_DEATH = ((85, 0.35), (75, 0.18), (60, 0.06), (40, 0.015), (0, 0.003))
_PLACES, _PLACE_SHARES = (45, 44, 46, 40, 1, 79, 48), (0.52, 0.38, 0.03, 0.03, 0.015, 0.015, 0.01)

Texts = NDArray[np.object_]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(slots=True)
class People:
    """Columns of one batch; ``born`` are days since 1970, ``vague`` says that papers give the year only."""

    number: Ints
    full_name: Texts
    born: Ints
    vague: Flags
    male: Flags
    household: Ints
    slot: Ints
    commune: Texts
    id9: Ints
    state: Texts
    merged_into: Ints
    twin: Flags
    namesake: Flags
    father_and_son: Flags

    def __len__(self) -> int:
        return len(self.number)

    def take(self, rows: Ints | Flags) -> People:
        """The same columns of these rows only."""
        return People(*(getattr(self, name)[rows] for name in self.__slots__))


def birth_dates(born: Ints, vague: Flags) -> Texts:
    """ISO texts, the year alone where papers say no more."""
    texts = born.astype("datetime64[D]").astype(str).astype(object)
    texts[vague] = [text[:4] for text in texts[vague]]
    return np.asarray(texts)


@cache
def communes() -> tuple[str, ...]:
    """The 78 units of the new Quảng Trị; wards are weighted more by `_commune_shares`."""
    return tuple(unit.code for unit in admin_units.units_within("44", admin_units.MERGER))


@cache
def _commune_shares() -> tuple[float, ...]:
    weight = {"phuong": 3.0, "xa": 1.0, "dac_khu": 0.01}
    units = admin_units.units_within("44", admin_units.MERGER)
    raw = [weight[unit.kind] * (1 + (int(unit.code) * 7919 % 100) / 100) for unit in units]
    return tuple(value / sum(raw) for value in raw)


def people(n: int, seed: int, noise: Noise) -> Iterator[People]:
    """The first ``n`` records of the register that the seed stands for, in batches."""
    given, total, batch = np.zeros(100_000, np.int64), 0, 0
    while total < n:
        made = _Batch(seed, batch, noise, given, total).people()
        yield made if total + len(made) <= n else made.take(np.arange(n - total))
        total, batch = total + len(made), batch + 1


class _Batch:
    """One batch in the making."""

    def __init__(self, seed: int, batch: int, noise: Noise, given: Ints, before: int) -> None:
        self.rng = np.random.default_rng([seed, batch])
        self.letters = Random(f"{seed}:{batch}:letters")
        self.seed, self.batch, self.noise, self.given, self.before = seed, batch, noise, given, before

    def people(self) -> People:
        rng, h = self.rng, HOUSEHOLDS
        age = np.clip(rng.normal(46, 14, h), 22, 88)
        ages = np.zeros((h, _SLOTS))
        ages[:, _HEAD] = age
        ages[:, _SPOUSE] = np.maximum(19, age + rng.uniform(-6, 4, h))
        ages[:, _CHILD] = age - rng.uniform(20, 30, h)
        ages[:, _TWIN] = ages[:, _CHILD] - rng.uniform(1, 4, h)
        ages[:, _YOUNGEST] = ages[:, _TWIN] - rng.uniform(1, 4, h)
        ages[:, _ELDER] = age + rng.uniform(21, 34, h)
        twins = self.noise.happens(rng, "person.twin", h)
        ages[twins, _TWIN] = ages[twins, _CHILD]
        here = rng.random((h, _SLOTS)) < np.array([1.0, 0.8, 0.75, 0.55, 0.3, 0.16])
        here[:, _TWIN] |= twins & here[:, _CHILD]
        here &= (ages >= 0) & ((ages <= 40) | ~np.isin(np.arange(_SLOTS), [_CHILD, _TWIN, _YOUNGEST]))
        here[:, _ELDER] &= age < 62
        male = rng.random((h, _SLOTS)) < np.array([0.74, 0.5, 0.512, 0.512, 0.512, 0.35])
        male[:, _SPOUSE] = ~male[:, _HEAD]
        return self._named(ages, here, male, twins)

    def _named(self, ages: NDArray[np.float64], here: Flags, male: Flags, twins: Flags) -> People:
        rng, h = self.rng, HOUSEHOLDS
        days = (np.datetime64(AS_OF) - np.datetime64("1970-01-01")).astype(int) - (ages * 365.25).astype(np.int64)
        bru = np.repeat(rng.random(h) < 0.12, _SLOTS).reshape(h, _SLOTS)
        families = names.drawn_surnames(rng, bru)
        fathers = np.where(male[:, _HEAD], families[:, _HEAD], families[:, _SPOUSE])
        for slot in (_CHILD, _TWIN, _YOUNGEST):
            families[:, slot] = fathers
        new_era = days > np.datetime64("1990-01-01").astype("datetime64[D]").astype(int)
        full = names.drawn_full_names(rng, families, male, bru, new_era)
        for row in np.flatnonzero(twins & (rng.random(h) < self.noise.rates["person.twin_names_differ_by_a_tone"])):
            full[row, _TWIN] = spoiling.tone_wrong(self.letters, full[row, _CHILD])
            male[row, _TWIN] = male[row, _CHILD]
        same = self.noise.happens(rng, "person.father_and_son_same_name", h) & male[:, _HEAD] & male[:, _CHILD]
        full[same, _CHILD] = full[same, _HEAD]
        marks = np.zeros((h, _SLOTS, 2), bool)
        marks[twins, _CHILD : _TWIN + 1, 0] = (here[:, _CHILD] & here[:, _TWIN])[twins, None]
        marks[same, _HEAD, 1] = marks[same, _CHILD, 1] = here[same, _CHILD]
        homes = self.batch * h + np.repeat(np.arange(h), _SLOTS).reshape(h, _SLOTS)
        units = np.array(communes(), object)[rng.choice(len(communes()), h, p=_commune_shares())]
        slots = np.tile(np.arange(_SLOTS), (h, 1))
        n = int(here.sum())
        flat = People(
            np.zeros(n, np.int64), full[here], days[here], np.zeros(n, bool), male[here], homes[here], slots[here],
            np.repeat(units, _SLOTS).reshape(h, _SLOTS)[here], np.zeros(n, np.int64), np.full(n, "live", object),
            np.zeros(n, np.int64), marks[..., 0][here], np.zeros(n, bool), marks[..., 1][here],
        )  # fmt: skip
        return self._numbered(flat)

    def _numbered(self, all_: People) -> People:
        rng, n = self.rng, len(all_)
        namesake = np.flatnonzero(self.noise.happens(rng, "person.same_name_and_birth_date", n))
        stranger = (namesake + n // 2) % n
        for column in (all_.full_name, all_.born, all_.male):
            column[namesake] = column[stranger]
        all_.namesake[namesake] = all_.namesake[stranger] = True
        years = all_.born.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
        all_.vague[:] = (years < 1958) & (rng.random(n) < 0.06)
        all_.number[:] = self._numbers(all_.male, years)
        ages = AS_OF.year - years
        chance = np.select([ages >= least for least, _ in _DEATH], [share for _, share in _DEATH])
        all_.state[rng.random(n) < chance] = "dead"
        position = self.before + np.arange(n)
        all_.id9[:] = _ID9_FROM + (position * _ID9_STEP + self.seed % _ID9_FREE) % _ID9_FREE
        twice = np.flatnonzero(rng.random(n) < _ID9_GIVEN_TWICE)
        all_.id9[twice] = all_.id9[(twice + 1) % n]
        all_.id9[years >= 2003] = 0
        former = np.flatnonzero(self.noise.happens(rng, "person.former_number", n) & (all_.state == "live"))
        return _inserted(all_, self._former(all_, former, years), former)

    def _numbers(self, male: Flags, years: Ints) -> Ints:
        """Decree 137/2015 Art 13: place, century and sex, year; six digits that nobody else in the stream has."""
        place = np.array(_PLACES)[self.rng.choice(len(_PLACES), len(male), p=_PLACE_SHARES)]
        beginning = place * 1000 + (2 * (years // 100 - 19) + np.where(male, 0, 1)) * 100 + years % 100
        order = np.argsort(beginning, kind="stable")
        first = np.searchsorted(beginning[order], beginning[order], side="left")
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order)) - first
        count = self.given[beginning] + rank
        if count.max() >= _FREE:
            raise OverflowError("a beginning has no number left: ask for fewer people")
        np.add.at(self.given, beginning, 1)
        start = (self.seed % _FREE * 1009 + beginning * 40_503) % _FREE
        return np.asarray(beginning * 1_000_000 + RESERVED + (start + count * _STEP) % _FREE)

    def _former(self, all_: People, rows: Ints, years: Ints) -> People:
        """Numbers that were given with the wrong sex and merged into the right one (Decree 58/2026)."""
        old = all_.take(rows)
        old.male = ~old.male
        old.merged_into = old.number.copy()
        old.number = self._numbers(old.male, years[rows])
        old.state = np.full(len(rows), "merged", object)
        old.household, old.id9 = np.full(len(rows), -1), np.zeros(len(rows), np.int64)
        return old


def _inserted(one: People, other: People, after: Ints) -> People:
    """The rows of ``other``, each behind the row of ``one`` that it belongs to."""
    order = np.argsort(np.concatenate([np.arange(len(one)), after + 0.5]), kind="stable")
    both = (np.concatenate([getattr(one, name), getattr(other, name)]) for name in People.__slots__)
    return People(*(column[order] for column in both))


def age_on(born: Ints, day: date = AS_OF) -> Ints:
    """Whole years on a day, near enough for choosing who has an account."""
    return np.asarray(((np.datetime64(day) - np.datetime64("1970-01-01")).astype(int) - born) // 365.2425).astype(int)
