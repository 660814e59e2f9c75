"""Names as a census of Hướng Hóa would count them: shares from ``data/names.toml``, put together.

Weights are shares, rounded; they follow what is publicly known of surnames in Vietnam and of Quảng Trị (Hoàng and Võ,
not Huỳnh and Vũ; the Bru-Vân Kiều bear the surname Hồ). Spelling is NFC with the tone mark in the old place.
"""

import tomllib
from importlib.resources import files
from itertools import accumulate
from random import Random

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
