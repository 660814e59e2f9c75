"""House rule 6: English msgids, complete Vietnamese and English; NFC, old tone placement, no shouting."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from design.catalogue_work import problems
from sandbox.translations import packages

ROOT = Path(__file__).resolve().parents[2]
NEW_TONE_PLACEMENT = re.compile(r"\b\w*(oá|oà|oả|oã|oạ|uý|uỳ|uỷ|uỹ|uỵ)\b", re.IGNORECASE)
KEEPS_ITS_PLACE = re.compile(r"\b(qu|Qu|QU)(ý|ỳ|ỷ|ỹ|ỵ)\b")


@pytest.mark.parametrize("folder", packages(ROOT), ids=lambda p: p.name)
def test_nothing_is_missing_fuzzy_or_forgotten(folder: Path) -> None:
    assert problems(folder) == []


def vietnamese() -> list[tuple[str, str]]:
    texts = []
    for source in [*ROOT.glob("*/src/**/locale/vi/**/*.po"), *ROOT.glob("systems/*/src/**/locale/vi/**/*.po")]:
        with source.open("rb") as stream:
            for message in read_po(stream, "vi"):
                for text in message.string if isinstance(message.string, tuple) else (message.string,):
                    if message.id and text:
                        texts.append((str(source.relative_to(ROOT)), text))
    return texts


def test_vietnamese_is_nfc() -> None:
    assert not [pair for pair in vietnamese() if unicodedata.normalize("NFC", pair[1]) != pair[1]]


def test_vietnamese_keeps_the_old_tone_placement() -> None:
    found = [(f, t) for f, t in vietnamese() if NEW_TONE_PLACEMENT.search(KEEPS_ITS_PLACE.sub("", t))]
    assert not found, found[:5]


def test_nobody_is_shouted_at() -> None:
    assert not [pair for pair in vietnamese() if "!" in pair[1]]
