"""The style of papers: an A4 sheet for WeasyPrint, fonts included, with the test line on every page of a test.

html = pages.get_template("receipt.html").render(…)      # extends "paper.html"
weasyprint.HTML(string=html).write_pdf()
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from markupsafe import Markup

from design.assets import PUBLIC, hashed_name

STYLE = Path(__file__).parent / "css" / "paper.css"
FAMILIES = {"latin": "Be Vietnam Latin", "vietnamese": "Be Vietnam Accents"}


def _font_face(script: str, weight: int) -> str:
    source = (PUBLIC / hashed_name(f"be-vietnam-pro-{script}-{weight}-normal.woff2")).as_uri()
    family = FAMILIES[script]
    return f'@font-face{{font-family:"{family}";font-weight:{weight};src:url("{source}") format("woff2")}}'


@cache
def paper_style() -> Markup:
    """The whole style sheet of a paper. It never reaches a browser, so it may stand inside the document."""
    faces = [_font_face(script, weight) for script in FAMILIES for weight in (400, 600)]
    return Markup("\n".join([*faces, STYLE.read_text(encoding="utf-8")]))  # noqa: S704 (our own file)
