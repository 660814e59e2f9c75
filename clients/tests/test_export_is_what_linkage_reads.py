"""The account export: whole rows or a named refusal, no formula for a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portalkit.export import FIELDS, RowRefused, write

ROW = {"account_key": "a-1", "kind": "citizen", "full_name": "Lê Thị Thử"}


def written(*rows: dict[str, str | list[str] | None]) -> list[dict[str, str]]:
    sink = io.StringIO()
    write(rows, sink)
    return list(csv.DictReader(io.StringIO(sink.getvalue())))


def test_every_field_has_its_column() -> None:
    row = written(ROW | {"dossiers": ["d1", "d2"], "phone": None})[0]
    assert tuple(row) == FIELDS
    assert (row["dossiers"], row["phone"]) == ("d1|d2", "")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"kind": "citizen", "full_name": "x"}, "missing"),
        (ROW | {"shoe_size": "40"}, "unknown"),
        (ROW | {"kind": "robot"}, "kind is none"),
        (ROW | {"email": "a\0b"}, "NUL"),
    ],
)
def test_a_row_that_nobody_could_read_is_refused_by_number(row: dict[str, str], why: str) -> None:
    with pytest.raises(RowRefused, match=f"row 2: .*{why}"):
        written(ROW | {"account_key": "a-0"}, row)


def test_a_key_twice_is_refused() -> None:
    with pytest.raises(RowRefused, match="came before"):
        written(ROW, ROW)


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), max_size=30))
def test_a_cell_is_never_a_formula_and_loses_nothing(text: str) -> None:
    cell = written(ROW | {"email": text})[0]["email"]
    assert cell[:1] not in ("=", "+", "-", "@")
    assert cell.removeprefix("'") == text.removeprefix("'")
