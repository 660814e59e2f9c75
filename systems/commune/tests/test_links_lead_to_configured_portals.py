"""Links lead to the portals that this site is configured with, never to the real government's, never to a script."""

from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from commune.frame.links import resolve, safe_text
from commune.settings import current

OWN = {"", "tanthanh.localhost", "national.localhost", "quangtri.localhost"}


def hrefs(body):
    return [link["href"] for link in BeautifulSoup(body, "html.parser").select("[href]")]


def test_seeded_pages_link_to_configured_hosts_only(reader, routes):
    for route in routes:
        for href in hrefs(reader.get(route).content):
            assert urlsplit(href).hostname in {None, *OWN}, (route, href)


def test_notice_links_both_portals_and_names_the_published_as_text(reader, notice_address):
    body = reader.get(notice_address).content
    assert {"http://national.localhost:8603/", "http://quangtri.localhost:8604/"} <= set(hrefs(body))
    text = BeautifulSoup(body, "html.parser").get_text()
    assert "https://dichvucong.gov.vn" in text
    assert "https://dichvucong.quangtri.gov.vn" in text


STATE = [
    "https://dichvucong.gov.vn",
    "http://dichvucong.quangtri.gov.vn/x?y",
    "HTTPS://DICHVUCONG.GOV.VN",
    "https://gov.vn",
    "https://dichvucong.gov.vn./",
    "https://national.localhost:8603@dichvucong.gov.vn/",
    "https://dichvucong%2Egov.vn/",
    "https://dichvucong.ｇｏｖ.vn/",
    "https://dichvucong。gov。vn/",
    "//dichvucong.gov.vn/",
    "/\\dichvucong.gov.vn/",
    "https:dichvucong.gov.vn",
    "https:/dichvucong.gov.vn",
    "ht\ttps://dichvucong.gov.vn",
]


@pytest.mark.parametrize("href", STATE)
def test_an_editor_cannot_link_to_the_real_government_in_a_test(href):
    assert resolve(href, current()) is None


SCRIPTS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "mailto:a@b.example",
    "http:javascript",
    "http://",
    "http://[",
    "",
]


@pytest.mark.parametrize("href", SCRIPTS)
def test_only_http_links_stay_links(href):
    assert resolve(href, current()) is None
    assert "href" not in safe_text(f'<p><a href="{href}">chữ</a></p>')


def test_words_of_a_refused_link_stay():
    assert safe_text('<p>xem <a href="javascript:x()">trang <b>này</b></a></p>') == (
        '<p class="govuk-body">xem trang <b>này</b></p>'
    )


def test_markup_that_is_not_text_is_taken_out():
    dirty = '<p style="x" onclick="y">a<script>alert(1)</script><img src=x onerror=y>'
    dirty += "<iframe src=z>b</iframe></p><!-- c --><style>p {}</style>"
    clean = safe_text(dirty)
    for word in ("script", "alert", "img", "iframe", "onclick", "style", "onerror", "<!--"):
        assert word not in clean


def test_script_in_a_published_article_never_reaches_a_reader(reader, write_article):
    page = write_article("Tin lạ", text='<p><a href="javascript:alert(1)">bấm</a><script>alert(2)</script></p>')
    body = reader.get(page.url).content.decode()
    assert "alert(" not in body
    assert "bấm" in body


def test_configured_portals_and_other_sites_stay_links():
    for href in ("http://national.localhost:8603/a", "http://quangtri.localhost:8604", "https://example.org/x?y#z"):
        assert resolve(href, current()) == href
    assert resolve("/tin-tuc/", current()) == "/tin-tuc/"
    assert resolve("/cong/quoc-gia", current()) == "http://national.localhost:8603/"


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://", "javascript:", "//", "/"]))
def test_whatever_is_typed_is_a_safe_link_or_none(text, start):
    found = resolve(start + text, current())
    if found is not None:
        assert found.startswith(("http://", "https://", "/"))
        assert not found.startswith(("//", "/\\"))
        assert not (urlsplit(found).hostname or "").rstrip(".").endswith("gov.vn")


def test_ways_to_the_portals_are_followed(reader):
    assert reader.get("/cong/quoc-gia").headers["Location"] == "http://national.localhost:8603/"
    assert reader.get("/cong/tinh").headers["Location"] == "http://quangtri.localhost:8604/"
