"""Our icons (24 x 24) and the marks of the systems (44 x 44), as inline SVG that takes the colour of its text.

The drawings are the files in `icons/` and `marks/`; of each, the content of its one `<g>` goes into the page. An
icon never stands alone: the word beside it says the same, so icons are hidden from assistive technology.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

HERE = Path(__file__).parent
INK = "#20242b"


@cache
def _drawing(folder: str, name: str) -> str:
    if not name.isidentifier():
        raise KeyError(name)
    try:
        source = (HERE / folder / f"{name}.svg").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyError(name) from None
    found = re.search(r"<g[^>]*>(.*)</g>", source, re.DOTALL)
    if found is None:
        raise ValueError(f"{folder}/{name}.svg has no <g>")
    return found.group(1).replace(INK, "currentColor")


def _svg(side: int, width: float, inner: str, css_class: str) -> Markup:
    opening = f'<svg class="{css_class}" viewBox="0 0 {side} {side}" width="{side}" height="{side}" fill="none"'
    stroke = f' stroke="currentColor" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"'
    return Markup(f'{opening}{stroke} aria-hidden="true" focusable="false">{inner}</svg>')  # noqa: S704 (our own files)


def icon(name: str, css_class: str = "mc-icon") -> Markup:
    """An icon by its file's name; a name that does not exist is a programmer's error (KeyError)."""
    return _svg(24, 1.9, _drawing("icons", name), css_class)


def mark(system: str, css_class: str = "mc-mark") -> Markup:
    """The mark of a system, or of the product."""
    return _svg(44, 2.2, _drawing("marks", system), css_class)
