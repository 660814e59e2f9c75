"""The weights: for each level the share among true pairs (m) and among chance pairs (u).

Written by `python -m linkage.engines.training` from the open half of the labelled benchmark (seed 20240504, noise as in
`synthetic/noise.toml`), rounded, read by a person. THRESHOLD and MARGIN are bits (log2 of odds).
"""

from __future__ import annotations

from math import log2

MODEL_VERSION = "2026-11-1"

# One account and one record at random are of one person: one in so many people, that is, unknown before; the
# engines say how many people there are.
PRIOR = 1e-6
THRESHOLD = 4.0
MARGIN = 6.0

WEIGHTS: dict[str, dict[str, tuple[float, float]]] = {
    "name": {
        "spelled_alike": (0.8, 0.0004),
        "accents_differ": (0.1, 0.0004),
        "another_order": (0.02, 0.0002),
        "one_letter": (0.03, 0.0008),
        "two_letters": (0.01, 0.004),
        "another_surname": (0.002, 0.001),
        "same_given_name": (0.01, 0.02),
        "another": (0.005, 0.97),
    },
    "birth_date": {
        "same_day": (0.94, 0.00003),
        "known_in_part": (0.03, 0.0003),
        "day_and_month_swapped": (0.01, 0.00003),
        "one_digit": (0.01, 0.0004),
        "same_year": (0.005, 0.011),
        "another": (0.005, 0.988),
    },
    "number": {
        "same": (0.95, 0.0000001),
        "one_or_two_digits": (0.03, 0.00001),
        "another": (0.02, 0.99999),
    },
    "commune": {
        "same": (0.95, 0.015),
        "another": (0.05, 0.985),
    },
}


def bits(comparison: str, level: str) -> float:
    """The weight of one level."""
    m, u = WEIGHTS[comparison][level]
    return log2(m / u)


def level_of(comparison: str, given: float) -> str:
    """The level that gives these bits; ``absent`` for none."""
    near = [level for level in WEIGHTS[comparison] if abs(bits(comparison, level) - given) < 1e-6]
    return near[0] if near else "absent"
