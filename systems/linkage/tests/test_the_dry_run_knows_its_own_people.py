"""On a made-up base with its truth: nobody is automatic to the wrong person; noise ends where it should."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from linkage.decisions import AUTOMATIC
from linkage.workplace import Workplace

Row = dict[str, Any]


@pytest.fixture(scope="module")
def decided(made_up: Path, classified: Workplace) -> list[Row]:
    truth = pq.read_table(made_up / "truth.parquet").to_pylist()
    found = pq.read_table(classified.stages / "decided.parquet").to_pylist()
    assert len(truth) == len(found)
    return [one | other for one, other in zip(truth, found, strict=True)]


def named(row: Row) -> str | None:
    return None if row["person"] is None else f"{row['person']:012}"


def test_every_account_is_there_once_in_the_order_of_the_source(decided: list[Row]) -> None:
    assert [row["seq"] for row in decided] == list(range(1, len(decided) + 1))


def test_no_automatic_class_names_the_wrong_person(decided: list[Row]) -> None:
    automatic = [row for row in decided if row["account_class"] in AUTOMATIC]
    assert len(automatic) > 10_000
    assert [row for row in automatic if named(row) != row["belongs_to"]] == []


def test_next_to_nobody_who_is_named_at_all_is_another(decided: list[Row]) -> None:
    asked = [row for row in decided if row["situation"] in {"plain", "dead", "minor"} and named(row)]
    wrong = [row for row in asked if named(row) != row["belongs_to"]]
    assert len(asked) > 10_000
    assert len(wrong) <= 1


def test_clean_accounts_are_exact(decided: list[Row]) -> None:
    harmless = {"none", "unicode_form", "spacing_and_case"}
    counts: Counter[str] = Counter()
    owners = Counter(row["belongs_to"] for row in decided if not row["never_signed_in"])
    for row in decided:
        clean = row["situation"] == "plain" and row["number_noise"] == row["date_noise"] == "none"
        if clean and row["name_noise"] in harmless and not row["never_signed_in"] and owners[row["belongs_to"]] == 1:
            counts[row["account_class"]] += 1
    assert counts["exact"] >= 0.999 * sum(counts.values())


@pytest.mark.parametrize(
    ("situation", "classes"),
    [
        ("foreigner", {"foreigner"}),
        ("organisation", {"organisation_current", "organisation_not_current"}),
        ("official", {"official"}),
        ("insufficient", {"insufficient"}),
    ],
)
def test_kinds_of_account_have_their_class(decided: list[Row], situation: str, classes: set[str]) -> None:
    assert {row["account_class"] for row in decided if row["situation"] == situation} == classes


@pytest.mark.parametrize("situation", ["dead", "minor"])
def test_the_dead_and_children_are_never_automatic(decided: list[Row], situation: str) -> None:
    rows = [row for row in decided if row["situation"] == situation]
    assert rows
    assert not {row["account_class"] for row in rows} & {one.value for one in AUTOMATIC}


def test_nine_digits_resolve_only_with_name_and_date(decided: list[Row]) -> None:
    rows = [row for row in decided if row["account_class"] == "nine_digits_resolvable"]
    assert rows
    assert {row["date_noise"] for row in rows} <= {"none", "year_only"}
    assert not {row["name_noise"] for row in rows} & {"typo", "married"}


def test_someone_elses_number_is_never_followed(decided: list[Row]) -> None:
    rows = [row for row in decided if row["number_noise"] == "someone_elses" and row["situation"] == "plain"]
    assert rows
    assert not {row["account_class"] for row in rows} & {one.value for one in AUTOMATIC}


def test_a_guess_has_a_score_and_says_what_decided(decided: list[Row]) -> None:
    guessed = [row for row in decided if row["account_class"] == "probable" and "only_person" not in row["reason"]]
    assert guessed
    for row in guessed:
        bits = [row[f"bits_{name}"] for name in ("name", "birth_date", "number", "commune")]
        assert row["weight"] == pytest.approx(sum(bits) + prior_bits(), abs=1e-9)


def prior_bits() -> float:
    from math import log2

    from linkage.model.weights import PRIOR

    return log2(PRIOR / (1 - PRIOR))
