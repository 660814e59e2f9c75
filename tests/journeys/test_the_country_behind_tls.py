"""`up --tls`: the same country at https addresses; links are made and both portals know their person."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.browsing import give_eid, new_page, sign_in_eid, sign_in_old, text_of
from sandbox.demo import dossier
from sandbox.own_country import RunningCountry, free_port_base, running_country
from sandbox.places import Places, workspace
from sandbox.running import choose_tls
from synthetic import demo

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def secure_country() -> Iterator[RunningCountry]:
    places = Places(workspace(), Path(tempfile.mkdtemp(prefix="motcua-tls-")), free_port_base())
    choose_tls(places)
    before = pytest.MonkeyPatch()
    before.setenv("EXTRA_CA", "")  # what the country sets ends with this test
    with running_country(places=places, people=50) as running:
        yield running
    before.undo()
    shutil.rmtree(places.state, ignore_errors=True)


def test_an_old_account_is_linked_over_tls(secure_country: RunningCountry, chromium: Any) -> None:
    person, page = demo.by_slug("duyen"), new_page(chromium, tls=True)
    sign_in_old(page, secure_country, person)
    page.wait_for_url("**/thong-bao-he-thong*")
    assert page.url.startswith("https://national.localhost:")
    page.click("#link-start")
    give_eid(page, secure_country, person)
    page.click("#link-mine")
    page.wait_for_selector("[data-link]")
    names = {cookie["name"] for cookie in page.context.cookies() if not cookie["secure"]}
    assert not names
    page.context.close()


def test_the_province_takes_the_e_id_over_tls(secure_country: RunningCountry, chromium: Any) -> None:
    page = new_page(chromium, tls=True)
    sign_in_eid(page, secure_country, "quangtri", demo.by_slug("linh"))
    dossier.pass_first_visit(page)
    assert page.url.startswith("https://quangtri.localhost:")
    assert "Nguyễn Khánh Linh" in text_of(page)
