"""A page that is kept and filled reads exactly as if it had been rendered for this visit."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

import design
from design.kept_pages import MOST, Hole, KeptPages
from design.page_request import PageRequest, answering

NOW = datetime(2024, 5, 4, 14, 49, tzinfo=timezone(timedelta(hours=7)))
PAGE = (
    '{% extends "layout_focus.html" %}{% block title %}{{ _("Back") }}{% endblock %}{% block main %}'
    '<p id="{{ base ~ "/x" }}">{{ name }}{% for item, value in items %}<b>{{ item }}</b>{{ value }}{% endfor %}</p>'
    "{% if error %}<i>{{ error }}</i>{% endif %}{% endblock %}"
)
LOOKING = {
    "decides by it": "{% if name == 'x' %}1{% endif %}",
    "measures it": "{{ name|length }}",
    "changes it": "{{ name|upper }}",
    "cuts it": "{{ name[:2] }}",
    "walks through it": "{% for letter in name %}{% endfor %}",
    "compares it": "{{ name < 'x' }}",
    "writes it small": "{{ name|lower }}",
    "adds to it": "{{ name + 'x' }}",
}
texts = st.text(max_size=12) | st.sampled_from(["<script>", '"', "&amp;", "\ue000base\ue001", "\ue000=nonce\ue001"])


def kept(text: str, moment: list[int] | None = None) -> KeptPages:
    environment = design.environment(
        "design",
        system="eid",
        site=design.Site(name="Site", body="Body", home="/"),
        clock=lambda: NOW,
        loader=jinja2.DictLoader({"page.html": text}),
    )
    return KeptPages(environment, lambda: (moment or [0])[0])


PAGES = kept(PAGE)


@given(st.sampled_from(["vi", "en"]), texts, st.lists(texts, max_size=3), st.sampled_from(["", "wrong"]), texts)
def test_filled_is_fresh(language: str, name: str, values: list[str], error: str, asked: str) -> None:
    holes = {"base": f"/{name}", "name": name} | {f"value {n}": value for n, value in enumerate(values)}
    context = {
        "base": Hole("base"),
        "name": Hole("name"),
        "items": tuple((f"item {n}", Hole(f"value {n}")) for n in range(len(values))),
        "error": error,
    }
    with answering(PageRequest(language=language, query=f"a={asked}", nonce="n-" + asked)):
        filled = PAGES.render("page.html", context, holes)
        fresh = PAGES.render_anew("page.html", context, holes)
    assert filled == fresh


@pytest.mark.parametrize("way", LOOKING)
def test_a_template_that_looks_into_a_hole_fails_at_once(way: str) -> None:
    with pytest.raises(TypeError):
        kept(LOOKING[way]).render("page.html", {"name": Hole("name")}, {"name": "x"})


def test_what_a_page_is_decided_by_makes_a_page_of_its_own_and_values_are_not_kept() -> None:
    pages = kept("{{ error }} {{ name }}")
    for error, name in (("a", "Duyên"), ("b", "Lâm"), ("a", "Kiều")):
        assert pages.render("page.html", {"error": error, "name": Hole("name")}, {"name": name}) == f"{error} {name}"
    assert len(pages._pages) == 2
    assert not any(name in repr(page) for page in pages._pages.values() for name in ("Duyên", "Lâm", "Kiều"))


def test_pages_are_made_anew_when_the_clock_of_their_foot_moves_and_never_grow_without_bound() -> None:
    moment = [1]
    pages = kept("{{ error }}", moment)
    for number in range(2 * MOST):
        assert pages.render("page.html", {"error": str(number)}, {}) == str(number)
        assert len(pages._pages) <= MOST
    moment[0] = 2
    pages.render("page.html", {"error": "x"}, {})
    assert len(pages._pages) == 1
