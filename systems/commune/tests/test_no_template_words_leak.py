"""The old site printed `pageHolder.getStart() - 0`: nothing of a template may ever reach a reader."""

import re

from bs4 import BeautifulSoup

LEAKS = re.compile(r"\{\{|\}\}|\{%|%\}|%\(\w+\)s|pageHolder|getStart|getNumberObjects|numberArticle|numberRelation")
PYTHON = re.compile(r"\b(None|True|False|undefined|Undefined|NaN)\b|<[\w.]+ object")


def test_no_page_shows_a_template_word(reader, routes):
    for language in ("vi", "en"):
        for route in routes:
            address = f"{route}{'&' if '?' in route else '?'}lang={language}"
            body = reader.get(address).content.decode()
            assert not LEAKS.search(body), address
            assert not PYTHON.search(BeautifulSoup(body, "html.parser").get_text()), address


def test_a_bare_article_shows_no_empty_parts(reader, write_article):
    page = BeautifulSoup(reader.get(write_article("Tin ngắn").url).content, "html.parser")
    assert "Nguồn" not in page.get_text()
    assert not page.select(".mc-deadline")


def test_title_names_page_and_commune(reader, notice_address):
    page = BeautifulSoup(reader.get(notice_address).content, "html.parser")
    assert page.title.get_text() == (
        "Từ ngày 01/7/2024, chỉ dùng tài khoản VNeID khi thực hiện dịch vụ công trực tuyến - Xã Tân Thành"
    )
    assert page.select_one(".govuk-caption-l").get_text() == "Chi tiết tin - Xã Tân Thành - Hướng Hóa"
    assert page.select_one(".mc-article__source").get_text() == "Nguồn: VP-TK xã."
