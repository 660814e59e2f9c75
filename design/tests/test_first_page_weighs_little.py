"""A first page costs at most 100 kB with its fonts, and draws without any script."""

from __future__ import annotations

import gzip
import re

import pytest

from design import assets, gallery

LIMIT = 100_000
FONTS = re.compile(r"be-vietnam-pro-[a-z]+-\d{3}-normal\.[0-9a-f]{12}\.woff2")


@pytest.mark.parametrize("page", gallery.PAGES[1:])
def test_page_with_all_fonts_and_style_stays_under_the_limit(page: str) -> None:
    html = gallery.render(page)
    style = assets.static_dir() / assets.hashed_name("motcua.css")
    fonts = set(FONTS.findall(style.read_text(encoding="utf-8")))
    assert len(fonts) == 4
    icon = assets.static_dir() / assets.hashed_name("marks/sandbox.svg")
    weight = {
        "html, not compressed": len(html.encode()),
        "style": len(gzip.compress(style.read_bytes(), 9)),
        "fonts": sum((assets.static_dir() / font).stat().st_size for font in fonts),
        "icon": icon.stat().st_size,
    }
    assert sum(weight.values()) <= LIMIT, weight


@pytest.mark.parametrize("page", gallery.PAGES)
def test_no_page_needs_a_script_or_an_inline_style(page: str) -> None:
    html = gallery.render(page)
    assert "<script" not in html
    assert " style=" not in html
    assert "<style" not in html
    assert not re.search(r"\son[a-z]+=", html)
