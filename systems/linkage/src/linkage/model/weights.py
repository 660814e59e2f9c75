"""The weights: for each level the share among true pairs (m) and among chance pairs (u).

Written by `python -m linkage.engines.training` from a labelled base of 400,000 people (`python -m synthetic base
--seed 7`, noise as in `synthetic/noise.toml`), rounded, read by a person; the hidden half was not looked at. u of the
last level of `number` is what is left of one. THRESHOLD and MARGIN are bits (log2 of odds): right name and number
with another birth date pass, right date and number with another name do not.
"""

from __future__ import annotations

from math import log2

MODEL_VERSION = "2026-11-2"

# How often an account and a record that a blocking rule brings together are of one person, kept low on purpose:
# who stands out must do so by what the two say.
PRIOR = 1e-6
THRESHOLD = 3.5
MARGIN = 6.0

WEIGHTS: dict[str, dict[str, tuple[float, float]]] = {
    "name": {
        "spelled_alike": (0.3, 7.6e-05),
        "accents_differ": (0.022, 1.7e-05),
        "another_order": (0.0033, 2.2e-06),
        "one_letter": (0.56, 0.0003),
        "two_letters": (0.1, 0.00084),
        "another_surname": (0.018, 0.00082),
        "same_given_name": (0.00014, 0.011),
        "another": (0.00014, 0.99),
    },
    "birth_date": {
        "same_day": (0.65, 0.0002),
        "known_in_part": (0.089, 0.0012),
        "day_and_month_swapped": (0.11, 1.8e-05),
        "one_digit": (0.14, 0.0013),
        "same_year": (0.013, 0.013),
        "another": (0.00014, 0.98),
    },
    "number": {
        "same": (0.96, 2.4e-06),
        "one_or_two_digits": (0.02, 5.3e-06),
        "another": (0.019, 1.0),
    },
    "commune": {
        "same": (0.96, 0.016),
        "another": (0.039, 0.98),
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
