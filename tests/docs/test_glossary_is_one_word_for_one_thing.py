"""The glossary has one Vietnamese word and one identifier for one thing, written as the house writes them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| Vietnamese"))
]


def test_every_row_has_a_word_and_an_identifier() -> None:
    assert len(ROWS) > 80
    for row in ROWS:
        assert len(row) == 3, row
        assert row[0], row
        assert re.fullmatch(r"`[a-z][a-z0-9_]*`(, `[a-z][a-z0-9_]*`)*", row[1]), row


def test_no_word_and_no_identifier_is_there_twice() -> None:
    words = [row[0] for row in ROWS]
    identifiers = [name for row in ROWS for name in re.findall(r"`(\w+)`", row[1])]
    assert sorted(set(words)) == sorted(words)
    assert sorted(set(identifiers)) == sorted(identifiers)


def test_text_is_nfc() -> None:
    assert unicodedata.normalize("NFC", TEXT) == TEXT


def test_states_are_those_of_the_architecture() -> None:
    architecture = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    listed = re.search(r"states of a portal account: `([\w, ]+)`", architecture)
    assert listed
    assert set(listed[1].split(", ")) == set(
        re.findall(r"`(\w+)`", TEXT.split("states of a portal account are")[1].split("(")[0])
    )
