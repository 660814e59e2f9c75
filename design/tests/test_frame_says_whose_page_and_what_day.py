"""Each page says whose it is, that it is a test environment (banner and disclaimer together), and the country's day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from bs4 import BeautifulSoup
from jinja2 import UndefinedError

import design
from design.page_request import PageRequest, answering

NOTICE = datetime(2024, 5, 4, 14, 49, tzinfo=timezone(timedelta(hours=7)))
SITE = design.Site(
    name={"vi": "Xã Tân Thành", "en": "Tân Thành commune"},
    body={"vi": "Trang thông tin điện tử", "en": "Information site"},
    navigation=[design.Link({"vi": "Tin tức", "en": "News"}, "/news", "news")],
)
PAGE = (
    "{% extends 'layout.html' %}{% block title %}T{% endblock %}{% block main %}<h1>T</h1>{{ content }}{% endblock %}"
)


def draw(source: str = PAGE, language: str = "vi", query: str = "", **options: Any) -> BeautifulSoup:
    values = {name: options.pop(name) for name in ("person", "sign_out_action", "csrf_input") if name in options}
    options.setdefault("clock", lambda: NOTICE)
    site = options.pop("site", SITE)
    env = design.environment("design", system=options.pop("system", "commune"), site=site, **options)
    with answering(PageRequest(language=language, query=query)):
        return BeautifulSoup(env.from_string(source).render(content="<i>", nav_current="news", **values), "html.parser")


def test_banner_and_disclaimer_come_and_go_together() -> None:
    tested, real = draw(test_environment=True), draw(test_environment=False)
    assert tested.select_one(".mc-test-banner") is not None
    assert "không phải trang của cơ quan nhà nước" in tested.get_text()
    assert real.select_one(".mc-test-banner") is None
    assert "không phải trang của cơ quan nhà nước" not in real.get_text()


def test_weakened_settings_are_said_on_every_page() -> None:
    weakened = [{"vi": "Không cần mã xác thực.", "en": "No second factor."}]
    assert "No second factor." in draw(language="en", test_environment=True, weakened=weakened).get_text()
    with pytest.raises(ValueError, match="test environment"):
        draw(test_environment=False, weakened=weakened)


def test_footer_shows_the_country_date_and_says_when_it_is_set() -> None:
    shifted = draw().select_one(".mc-footer__date")
    assert shifted is not None
    assert "14:49, Thứ Bảy, 4-5-2024" in shifted.get_text()
    assert "khác ngày giờ thật" in shifted.get_text()
    real = draw(clock=lambda: datetime.now(UTC)).select_one(".mc-footer__date")
    assert real is not None
    assert "khác ngày giờ thật" not in real.get_text()


def test_whose_page_it_is_in_colour_mark_and_name() -> None:
    page = draw(language="en")
    html = page.select_one("html")
    assert html is not None
    assert (html["lang"], html["data-system"]) == ("en", "commune")
    assert page.select_one(".mc-header__mark path") is not None
    assert page.title is not None
    assert page.title.get_text() == "T - Tân Thành commune"
    current = page.select_one("nav [aria-current]")
    assert current is not None
    assert current.get_text(strip=True) == "News"


def test_language_link_keeps_the_rest_of_the_query() -> None:
    link = draw(query="q=t%E1%BA%A1m&lang=vi&page=2").select_one("a[hreflang=en]")
    assert link is not None
    assert link["href"] == "?q=t%E1%BA%A1m&page=2&lang=en"


def test_values_are_escaped_and_sign_out_is_a_post() -> None:
    page = draw(person="<b>Duyên</b>", sign_out_action="/sign-out")
    assert page.select_one("main i") is None
    assert page.select_one(".mc-header__tools b") is None
    form = page.select_one(".mc-header__tools form")
    assert form is not None
    assert (form["method"], form["action"]) == ("post", "/sign-out")


def test_sign_in_and_forms_have_a_back_link_and_no_navigation() -> None:
    page = draw(PAGE.replace("layout.html", "layout_focus.html") + "{% set back_href = '/back' %}")
    assert page.select_one(".govuk-service-navigation") is None
    back = page.select_one("a.govuk-back-link")
    assert back is not None
    assert back.get_text(strip=True) == "Quay lại"


def test_a_mistyped_name_fails_and_an_absent_key_does_not() -> None:
    with pytest.raises(UndefinedError):
        draw(PAGE.replace("content", "contents"))
    with pytest.raises(UndefinedError):
        draw(PAGE.replace("{{ content }}", "{% if site.nmae %}x{% endif %}"))
    assert draw(PAGE.replace("{{ content }}", "{{ {'a': 1}.b }}")).select_one("h1") is not None


def test_an_unknown_system_is_refused() -> None:
    with pytest.raises(ValueError, match="system must be one of"):
        draw(system="ministry")
