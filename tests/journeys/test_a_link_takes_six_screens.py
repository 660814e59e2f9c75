"""From the old sign-in to "linked": at most six screens and six typed values, none twice, also the first time."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.browsing import give_eid, new_page, sign_in_old
from sandbox.own_country import RunningCountry
from synthetic import demo

pytestmark = pytest.mark.journey


def test_six_screens_and_six_typed_values(country: RunningCountry, chromium: Any) -> None:
    person, page = demo.by_slug("duyen"), new_page(chromium)
    screens: list[str] = []
    page.on("load", lambda at: screens.append(at.url.split("?")[0]))
    typed: list[str] = []
    fill = page.fill
    page.fill = lambda field, value: (typed.append(f"{field} {value}"), fill(field, value))
    sign_in_old(page, country, person)
    page.wait_for_url("**/thong-bao-he-thong*")
    page.click("#link-start")
    page.wait_for_selector("#username")
    assert page.input_value("#username") == person.personal_id, "it comes with the request, nobody types it again"
    give_eid(page, country, person)
    page.wait_for_selector("#link-mine")
    before_linked = list(screens)
    page.click("#link-mine")
    page.wait_for_selector("[data-link]")
    assert len(before_linked) <= 6, before_linked
    values = [one.split()[1] for one in typed if not one.startswith("#username")]
    assert len(values) == len(set(values)) <= 6, typed
