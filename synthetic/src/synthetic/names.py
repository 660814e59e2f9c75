"""Names as a census of Hướng Hóa would count them: shares from ``data/names.toml``, put together.

Weights are shares, rounded; they follow what is publicly known of surnames in Vietnam and of Quảng Trị (Hoàng and Võ,
not Huỳnh and Vũ; the Bru-Vân Kiều bear the surname Hồ). Spelling is NFC with the tone mark in the old place.
"""

import tomllib
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Any

from synthetic.records import Sex


class _Choice:
    """A table of ``value:weight``."""

    def __init__(self, table: str) -> None:
        pairs = [entry.rpartition(":") for entry in table.split()]
        self.values = [value.replace("-", " ") for value, _, _ in pairs]
        self.bounds = list(accumulate(int(weight) for _, _, weight in pairs))

    def pick(self, rng: Random) -> str:
        return rng.choices(self.values, cum_weights=self.bounds)[0]


_TABLES = {
    part: {key: _Choice(table) for key, table in tables.items()}
    for part, tables in tomllib.loads(files("synthetic").joinpath("data/names.toml").read_text("utf-8")).items()
}


def surname(rng: Random, ethnicity: str) -> str:
    """A surname by the weights of the people."""
    return _TABLES["surname"][ethnicity].pick(rng)


def full_name(rng: Random, family: str, sex: Sex, ethnicity: str, birth_year: int) -> str:
    """Surname, middle name and given name, as parents chose them in that year."""
    era = "new" if birth_year >= 1990 else "old"
    people = "Kinh" if ethnicity == "Kinh" else "Bru"
    middle = _TABLES["middle"][f"{sex} {era}"].pick(rng)
    if people == "Bru" and era == "old":
        middle = "Văn" if sex == "M" else "Thị"
    given = _TABLES["given"][f"{sex} {people} {era}"].pick(rng)
    if middle.endswith(given):
        middle = ""
    return " ".join(part for part in (family, middle, given) if part)


def _column(rng: Any, table: _Choice, n: int) -> Any:
    import numpy as np

    values = np.array(table.values, dtype=object)
    return values[np.searchsorted(table.bounds, rng.random(n) * table.bounds[-1], side="right")]


def drawn_surnames(rng: Any, bru: Any) -> Any:
    """Columns: a surname for each place of a numpy array, by the weights of the people (``bru`` or Kinh)."""
    import numpy as np

    kinh = _column(rng, _TABLES["surname"]["Kinh"], bru.size).reshape(bru.shape)
    return np.where(bru, _column(rng, _TABLES["surname"]["Bru-Vân Kiều"], bru.size).reshape(bru.shape), kinh)


def drawn_full_names(rng: Any, families: Any, male: Any, bru: Any, new_era: Any) -> Any:
    """Columns: surname, middle name and given name for numpy arrays of one shape.

    In a third of the names a syllable stands before the given one (Thanh Hương): a country has more names than a
    district's tables.
    """
    import numpy as np

    names = families + " "
    doubled = rng.random(families.shape) < 0.35
    for sex in "MF":
        for era in ("old", "new"):
            for people in ("Kinh", "Bru"):
                here = (male == (sex == "M")) & (new_era == (era == "new")) & (bru == (people == "Bru"))
                n = int(here.sum())
                middle, given = _TABLES["middle"][f"{sex} {era}"], _TABLES["given"][f"{sex} {people} {era}"]
                first = _column(rng, _TABLES["given"][f"{sex} Kinh old"], n)
                second = _column(rng, _TABLES["given"][f"{sex} Kinh new"], n)
                pair = np.where(rng.random(n) < 0.5, first, second) + " "
                before = _column(rng, middle, n) + " "
                last = _column(rng, given, n)
                twice = doubled[here] & (pair != last + " ")
                names[here] += np.where(before == " ", "", before) + np.where(twice, pair, "") + last
    return names
