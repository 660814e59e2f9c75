"""Numbers that nobody else in one stream has, without remembering everybody.

The last six digits run through a permutation of their own for each beginning (place, century and sex, year); at most
63 x 2 x 130 beginnings are counted. Endings below 001000 are left to the demo people.
"""

from collections import defaultdict
from itertools import accumulate
from random import Random

from kernel.admin_units import OLD_PROVINCES
from synthetic.records import Sex

RESERVED = 1_000
_FREE = 1_000_000 - RESERVED
_STEP = 618_031  # coprime to the free range, so that the walk meets every ending once

# Where people of Hướng Hóa were registered at birth: here, the neighbours, anywhere.
_NEAR = {"045": 880, "044": 32, "046": 30, "040": 20, "038": 8, "001": 5, "048": 5, "042": 5, "079": 3}
_PLACES = [*_NEAR, *(f"0{code}" for code in OLD_PROVINCES if f"0{code}" not in _NEAR)]
_BOUNDS = list(accumulate([*_NEAR.values(), *[1] * (len(_PLACES) - len(_NEAR))]))


class Numbers:
    """Gives out personal numbers, 9-digit numbers and telephone numbers of one stream."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._given: defaultdict[str, int] = defaultdict(int)
        self._phones = 0

    def personal_id(self, rng: Random, sex: Sex, birth_year: int, place: str | None = None) -> str:
        """A number by Decree 137/2015: place, century and sex, year, six digits."""
        place = place or rng.choices(_PLACES, cum_weights=_BOUNDS)[0]
        century = 2 * (birth_year // 100 - 19) + (0 if sex == "M" else 1)
        beginning = f"{place}{century}{birth_year % 100:02}"
        count = self._given[beginning]
        if count == _FREE:
            raise OverflowError("this beginning has no number left: ask for fewer people")
        self._given[beginning] = count + 1
        start = (self._seed * 2_654_435_761 + int(beginning) * 40_503) % _FREE
        return f"{beginning}{RESERVED + (start + count * _STEP) % _FREE:06}"

    @staticmethod
    def legacy_id9(rng: Random) -> str:
        """A CMND number of Quảng Trị. These did collide in life, and may here."""
        return f"197{rng.randrange(1_000_000):06}"

    def phone(self) -> str:
        """The next number of 095x xxx xxx, a range that no operator uses."""
        self._phones += 1
        return f"095{self._phones % 10_000_000:07}"
