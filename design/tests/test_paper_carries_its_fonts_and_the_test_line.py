"""A paper is drawn with its fonts inside, and says on each page that it comes from a test environment."""

from __future__ import annotations

import io

import pikepdf
import pytest
import weasyprint

from design import gallery

SOURCE = """{% extends "paper.html" %}{% block title %}Giấy tiếp nhận{% endblock %}{% block paper %}
<h1>Giấy tiếp nhận hồ sơ và hẹn trả kết quả</h1>{% for n in range(90) %}<p>Ưỡn, Ễnh, Ặc, Ỷ, Ậm {{ n }}</p>{% endfor %}
{% endblock %}"""


@pytest.fixture(scope="module")
def paper() -> pikepdf.Pdf:
    html = gallery.gallery_environment("province").from_string(SOURCE).render()
    return pikepdf.open(io.BytesIO(weasyprint.HTML(string=html).write_pdf()))


def fonts_of(page: pikepdf.Page) -> set[str]:
    return {str(font.BaseFont).split("+")[-1] for font in page.Resources.Font.values()}


def test_every_letter_is_drawn_with_our_fonts(paper: pikepdf.Pdf) -> None:
    assert len(paper.pages) > 1
    for page in paper.pages:
        assert fonts_of(page)
        assert all(name.startswith("Be-Vietnam") for name in fonts_of(page))


def test_the_test_line_stands_on_every_page() -> None:
    html = gallery.gallery_environment("province").from_string(SOURCE).render()
    document = weasyprint.HTML(string=html).render()
    for page in document.pages:
        drawn = "".join(box.text for box in page._page_box.descendants() if hasattr(box, "text"))
        assert "Môi trường thử nghiệm" in drawn
