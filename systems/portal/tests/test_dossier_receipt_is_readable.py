"""The receipt as a paper: each Vietnamese word is drawn whole, in our fonts, and can be copied as it was written."""

from __future__ import annotations

import io
import re
from typing import Any

import dossier_kit as kit
import pikepdf
import pytest
from django.test import Client

from conftest import login_eid

pytest_plugins = ["dossier_fixtures"]
pytestmark = pytest.mark.django_db


def letters_of(font: pikepdf.Object) -> dict[int, str]:
    """Glyph number -> letters, from the font's ToUnicode map (ISO 32000-1 section 9.10.3)."""
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", font.ToUnicode.read_bytes())
    return {int(glyph, 16): bytes.fromhex(code.decode()).decode("utf-16-be") for glyph, code in pairs}


def text_of(page: pikepdf.Page) -> str:
    """What somebody gets who copies the page: the letters in the order in which they are drawn."""
    fonts = {name: letters_of(font) for name, font in page.Resources.Font.items()}
    text, letters = "", dict[int, str]()
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            letters = fonts[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            pieces: list[Any] = operands[0] if str(operator) == "TJ" else [operands[0]]
            for drawn in (bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String)):
                text += "".join(letters[int.from_bytes(drawn[at : at + 2])] for at in range(0, len(drawn), 2))
        elif str(operator) in ("Td", "TD", "Tm", "T*", "ET") and not text.endswith("\n"):
            text += "" if str(operator) == "ET" else " "
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def paper(client: Client, registry: object) -> pikepdf.Pdf:
    kit.seed_catalogue()
    login_eid(client)
    dossier = kit.file_dossier(client)
    return pikepdf.open(io.BytesIO(client.get(f"/ho-so/{dossier.pk}/bien-nhan.pdf").content))


def test_vietnamese_words_are_unbroken(paper: pikepdf.Pdf) -> None:
    text = " ".join(text_of(page) for page in paper.pages)
    for words in ("Giấy biên nhận hồ sơ", "Thủ tục: Đăng ký tạm trú", "Công an xã Tân Thành", "Môi trường thử nghiệm"):
        assert words in text


def test_only_our_fonts_draw_words(paper: pikepdf.Pdf) -> None:
    for page in paper.pages:
        names = {str(font.BaseFont).split("+")[-1] for font in page.Resources.Font.values()}
        assert names
        assert all(name.startswith("Be-Vietnam-") for name in names)
