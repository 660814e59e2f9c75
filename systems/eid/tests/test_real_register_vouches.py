"""With the real `population serve` beside the real `eid serve`: verified, refused, away, and every try told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from eid_harness import real_register
from eid_harness.browser import Browser
from eid_harness.real_register import RealRegister
from eid_harness.relying_party import VERIFIED, RelyingParty
from eid_harness.running import RunningEid
from eid_harness.servers import Gateway

from sandbox.testing import free_port
from synthetic import demo

PEOPLE = {row["personal_id"]: row for row in demo.eid_rows()}
DUYEN = PEOPLE["045185000123"]


class Country:
    def __init__(self, eid: RunningEid, register: RealRegister, gateway: Gateway) -> None:
        self.eid, self.register, self.gateway = eid, register, gateway
        self.rp = RelyingParty(eid.issuer, "national", "http://national.localhost:8603/vneid/tro-ve", "national")
        eid.register(self.rp.metadata())

    def sign_in(self, browser: Browser, person: dict[str, Any], url: str) -> None:
        browser.get(url)
        browser.submit("login-submit", username=person["personal_id"], password=person["password"])
        assert browser.page is not None
        assert browser.page.has("otp"), browser.page.text
        browser.submit("otp-submit", otp=self.gateway.code(person["phone"]))


@pytest.fixture(scope="module")
def country(
    new_eid: Callable[..., RunningEid],
    make_database: Callable[[str], str],
    gateway: Gateway,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Country]:
    folder, port = tmp_path_factory.mktemp("population"), free_port()
    issuer = f"http://eid.localhost:{port}"
    register = real_register.prepare(make_database("population"), folder, issuer)
    eid = new_eid(register.origin, EID_ISSUER=issuer, EID_LISTEN=f"127.0.0.1:{port}")
    eid.issuer = issuer
    real_register.introduce(register, folder, json.loads(eid.verb("keys", "ensure").stdout))
    eid.import_people(*demo.eid_rows())
    register.start()
    eid.start()
    yield Country(eid, register, gateway)
    register.stop()


def test_the_register_vouches_and_the_portal_gets_it(country: Country) -> None:
    browser = Browser(country.eid.issuer)
    started = country.rp.start(claims=VERIFIED)
    country.sign_in(browser, DUYEN, started.url)
    assert browser.page is not None
    assert browser.page.has("consent-accept"), (browser.page.url, browser.page.text)
    browser.submit("consent-accept")
    tokens = country.rp.redeem(country.rp.callback(started, browser.landed), started.verifier).json()
    told = country.rp.userinfo(tokens["access_token"]).json()
    assert told["verified_claims"]["claims"]["name"] == DUYEN["full_name"]
    assert told["verified_claims"]["claims"]["personal_id"] == DUYEN["personal_id"]


def test_every_try_of_a_number_is_told_at_once_and_stands_on_the_owners_page(country: Country) -> None:
    person = next(row for row in PEOPLE.values() if row["state"] == "active" and row is not DUYEN)
    before = len(country.gateway.messages(person["phone"]))
    assert country.register.match_try(person).status_code == 200
    messages = country.gateway.wait_for(person["phone"], before + 1, 15)
    assert "Cổng Dịch vụ công quốc gia" in messages[-1]
    assert "National Public Service Portal" in messages[-1]
    assert person["personal_id"] not in messages[-1]
    browser = Browser(country.eid.issuer)
    country.sign_in(browser, person, "/account")
    activity = browser.get("/account/activity")
    assert activity.status == 200
    assert activity.text.count("National Public Service Portal") >= 2, activity.text  # our notice, and its own history
    assert "Matching an account" in activity.text


def test_who_the_register_does_not_know_alike_is_not_vouched_for(country: Country, tmp_path: Path) -> None:
    mistyped = DUYEN | {"full_name": "Hồ Thị Khác Tên", "password": "Motcua@2024"}
    country.eid.import_people(mistyped)
    try:
        browser = Browser(country.eid.issuer)
        country.sign_in(browser, mistyped, country.rp.start(claims=VERIFIED).url)
        assert browser.page is not None
        assert browser.page.error_code == "NPD_MISMATCH"
        assert "Hồ Thị Mỹ Duyên" not in browser.page.text
        browser.submit("leave")
        assert country.rp.response(browser.landed)["error"] == "access_denied"
    finally:
        country.eid.import_people(DUYEN)


def test_while_the_register_is_stopped_nothing_is_refused_and_afterwards_it_goes_on(country: Country) -> None:
    person = [row for row in PEOPLE.values() if row["state"] == "active" and row["level"] == 2][2]
    country.register.stop()
    try:
        browser = Browser(country.eid.issuer)
        started = country.rp.start(claims=VERIFIED)
        country.sign_in(browser, person, started.url)
        assert browser.page is not None
        assert (browser.page.status, browser.page.error_code) == (503, "NPD_UNAVAILABLE")
        assert browser.get("/account/activity").status == 200
    finally:
        country.register.start()
    browser.get(started.url)
    assert browser.page.has("consent-accept"), browser.page.text
