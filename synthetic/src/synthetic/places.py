"""The 21 units of Hướng Hóa in 2024: how many live there, how many of them are Bru-Vân Kiều, what places are called."""

from itertools import accumulate
from random import Random

# code: (share of the district's people in per mille, share of Bru-Vân Kiều and Tà Ôi in percent)
_UNITS = {
    "19429": (140, 4),
    "19432": (110, 12),
    "19435": (18, 95),
    "19438": (17, 93),
    "19441": (62, 62),
    "19444": (24, 96),
    "19447": (32, 94),
    "19450": (40, 24),
    "19453": (44, 58),
    "19456": (52, 16),
    "19459": (38, 40),
    "19462": (55, 38),
    "19465": (50, 10),
    "19468": (44, 97),
    "19471": (52, 84),
    "19474": (32, 92),
    "19477": (38, 97),
    "19480": (44, 92),
    "19483": (33, 95),
    "19489": (36, 93),
    "19492": (39, 94),
}
_CODES = list(_UNITS)
_BOUNDS = list(accumulate(share for share, _ in _UNITS.values()))
_TOWNS = {"19429": "Khối", "19432": "Khóm"}


def commune(rng: Random) -> str:
    """The code of a unit, by the number of its people."""
    return rng.choices(_CODES, cum_weights=_BOUNDS)[0]


def ethnicity(rng: Random, code: str) -> str:
    """Kinh, Bru-Vân Kiều or (in the south of the district) Tà Ôi."""
    if rng.random() * 100 >= _UNITS[code][1]:
        return "Kinh"
    return "Tà Ôi" if code in {"19483", "19492"} and rng.random() < 0.35 else "Bru-Vân Kiều"


def line(rng: Random, code: str, people: str) -> str:
    """``Thôn 4`` or ``Khóm 2``, ``Bản 3`` where Bru-Vân Kiều live: made up, numbered."""
    word = _TOWNS.get(code) or ("Thôn" if people == "Kinh" else "Bản")
    return f"{word} {rng.randint(1, 12)}"
