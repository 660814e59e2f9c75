"""What is compared, from the most telling level to the least. Conditions are SQL that every engine reads alike.

Texts with accents are compared for equality only (`name_spelled` is equal for equal NFC spelling); distances are of
ASCII. ``l`` is the account, ``r`` the record of the register.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """One level: its name, and when it holds ("" = whatever is left)."""

    name: str
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field or two; ``absent`` says when nothing can be said (weight 0)."""

    name: str
    absent: str
    levels: tuple[Level, ...]


def _distance(column: str, most: int) -> str:
    return f"levenshtein({column}_l, {column}_r) <= {most}"


COMPARISONS: tuple[Comparison, ...] = (
    Comparison(
        "name",
        "name_folded_l is null or name_folded_r is null",
        (
            Level("spelled_alike", "name_spelled_l = name_spelled_r"),
            Level("accents_differ", "name_folded_l = name_folded_r"),
            Level("another_order", "name_ordered_l = name_ordered_r"),
            Level("one_letter", _distance("name_folded", 1)),
            Level("two_letters", _distance("name_folded", 2)),
            Level("another_surname", "name_rest_l = name_rest_r"),
            Level("same_given_name", "name_given_l = name_given_r"),
            Level("another"),
        ),
    ),
    Comparison(
        "birth_date",
        "birth_date_l is null or birth_date_r is null",
        (
            Level("same_day", "birth_date_l = birth_date_r and length(birth_date_l) = 10"),
            Level(
                "known_in_part",
                "substr(birth_date_l, 1, length(birth_date_r)) = birth_date_r"
                " or substr(birth_date_r, 1, length(birth_date_l)) = birth_date_l",
            ),
            Level(
                "day_and_month_swapped",
                "length(birth_date_l) = 10 and birth_date_r = concat(substr(birth_date_l, 1, 5),"
                " substr(birth_date_l, 9, 2), '-', substr(birth_date_l, 6, 2))",
            ),
            Level("one_digit", _distance("birth_date", 1)),
            Level("same_year", "substr(birth_date_l, 1, 4) = substr(birth_date_r, 1, 4)"),
            Level("another"),
        ),
    ),
    Comparison(
        "number",
        "digits_l is null or digits_r is null",
        (
            Level("same", "digits_l = digits_r"),
            Level("one_or_two_digits", _distance("digits", 2)),
            Level("another"),
        ),
    ),
    Comparison(
        "commune",
        "commune_l is null or commune_r is null",
        (Level("same", "commune_l = commune_r"), Level("another")),
    ),
)

# Pairs that are looked at: each rule is equality of texts that are absent where the rule shall not apply. Name and year
# alone are asked of accounts with a number or without a commune: in a country, who shares both but neither commune nor
# number can never come near the threshold, and there are the more of them the larger the country is.
BLOCKING_RULES: tuple[str, ...] = (
    "l.block_number = r.block_number",
    "l.block_date = r.birth_date and l.name_given = r.name_given",
    "l.block_date = r.birth_date and l.name_head = r.name_head",
    "l.block_name = r.name_ordered and l.birth_year = r.birth_year and l.commune = r.commune",
    "l.block_wide = r.name_ordered and l.birth_year = r.birth_year",
    "l.block_name = r.name_ordered and l.block_swapped = r.birth_date",
    "l.block_name = r.name_ordered and l.month_and_day = r.month_and_day",
)
