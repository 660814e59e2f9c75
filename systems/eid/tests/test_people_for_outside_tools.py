"""People made up for conformance tools: every standard claim, and no code where a named test setting lets them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from eid_harness.register import Register
from eid_harness.relying_party import RelyingParty
from eid_harness.running import RunningEid
from eid_harness.servers import Gateway
from eid_harness.world import VERIFIED, World, made_up, numbers
from test_eid_settings_are_judged_whole import GOOD

from eid import settings
from eid.settings import SettingsRefused

CLAIMS = {
    "name": "Made Up",
    "given_name": "Made",
    "family_name": "Up",
    "middle_name": "M",
    "nickname": "mu",
    "preferred_username": "madeup",
    "profile": "https://example.org/madeup",
    "picture": "https://example.org/madeup.png",
    "website": "https://example.org/",
    "email": "other@example.org",
    "email_verified": True,
    "gender": "other",
    "birthdate": "1900-01-01",
    "zoneinfo": "Asia/Ho_Chi_Minh",
    "locale": "vi-VN",
    "phone_number": "+84 900 000 000",
    "phone_number_verified": False,
    "address": {"street_address": "1 Lê Lợi", "locality": "Đông Hà", "country": "VN"},
    "updated_at": 1714800000,
}


@pytest.fixture(scope="module")
def lenient(new_eid: Callable[..., RunningEid], gateway: Gateway, register: Register) -> World:
    """A provider with EID_TEST_SINGLE_FACTOR."""
    eid = new_eid(register.origin, EID_TEST_SINGLE_FACTOR="1")
    rp = RelyingParty(eid.issuer, "tool", "http://national.localhost:8603/cb", "tool")
    eid.register(rp.metadata())
    eid.start()
    return World(eid, gateway, register, rp, rp, None, numbers(500_000))  # type: ignore[arg-type]


def test_a_marked_person_signs_in_by_password_and_the_token_says_so(lenient: World) -> None:
    person, browser = made_up(500_001), lenient.browser()
    lenient.eid.import_people(person.line(second_factor=False, phone=None))
    started = lenient.national.start()
    browser.get(started.url)
    assert browser.page is not None
    assert "Marked test people may sign in without a code" in browser.page.soup.get_text(" ")
    lenient.password(browser, person)
    browser.submit("consent-accept")
    got = lenient.national.redeem(lenient.national.callback(started, browser.landed), started.verifier).json()
    assert lenient.national.id_token(got["id_token"], started)["amr"] == ["pwd"]
    other, second = lenient.browser(), made_up(500_002)
    lenient.eid.import_people(second.line())
    assert lenient.tokens(other, second)["claims"]["amr"] == ["pwd", "otp", "mfa"], "everybody else needs the code"


def test_without_the_setting_the_mark_means_nothing(world: World) -> None:
    person, browser = world.person(second_factor=False), world.browser()
    browser.get(world.national.start().url)
    page = world.password(browser, person)
    assert page.has("otp-submit")


def test_made_up_claims_never_pass_for_the_registers(world: World) -> None:
    person = world.person(claims=CLAIMS)
    got = world.tokens(world.browser(), person, claims=VERIFIED)
    told = world.national.userinfo(got["access_token"]).json()
    assert told["verified_claims"]["claims"]["name"] == person.full_name
    assert told["verified_claims"]["claims"]["birthdate"] == person.birth_date


def test_claims_sleep_sealed_and_a_json_list_is_taken_too(world: World) -> None:
    people = [made_up(500_010 + n) for n in range(3)]
    feed = json.dumps([person.line(claims=CLAIMS) for person in people], indent=1)
    assert "3 accounts imported, 0 refused" in world.eid.verb("people", "import", "-", feed=feed).stdout
    rows = world.sql("select claims from accounts where claims is not null")
    assert len(rows) >= 3
    assert all(b"madeup" not in bytes(row[0]) for row in rows)


@pytest.mark.parametrize("wrong", [{"claims": {"sub": "x"}}, {"claims": {"email_verified": "yes"}}, {"claims": []}])
def test_a_claim_that_is_none_is_refused(world: World, wrong: dict[str, Any]) -> None:
    feed = json.dumps(made_up(500_020).line(**wrong))
    assert world.eid.verb("people", "import", "-", feed=feed, check=False).returncode == 1


def test_in_life_neither_is_imported(world: World) -> None:
    life = RunningEid(world.eid.issuer, world.eid.environment | {"EID_TEST_ENVIRONMENT": "0"}, world.eid.log)
    for more in ({"claims": CLAIMS}, {"second_factor": False}):
        done = life.verb("people", "import", "-", feed=json.dumps(made_up(500_030).line(**more)), check=False)
        assert (done.returncode, "0 accounts imported, 1 refused" in done.stdout) == (1, True)


def test_the_setting_is_refused_outside_loopback_and_without_the_banner() -> None:
    for more, words in (
        ({}, "refused outside loopback"),
        ({"EID_ISSUER": "http://eid.localhost:1"}, "needs EID_TEST_ENVIRONMENT=1"),
        ({"EID_TEST_SINGLE_FACTOR": "yes"}, "is 0 or 1"),
    ):
        with pytest.raises(SettingsRefused) as caught:
            settings.read(GOOD | {"EID_TEST_SINGLE_FACTOR": "1"} | more)
        assert any(words in fault for fault in caught.value.faults)


def test_a_client_is_added_with_an_id_and_a_secret_that_can_be_rotated(world: World) -> None:
    asked = {
        "client_name": "Tool",
        "redirect_uris": ["https://tool.example/cb"],
        "profile": "oidc",
        "token_endpoint_auth_method": "client_secret_basic",
    }
    told = json.loads(world.eid.verb("clients", "add", "-", feed=json.dumps(asked)).stdout.splitlines()[-1])
    assert len(told["client_secret"]) >= 43
    assert told["client_id"] in world.eid.verb("clients", "list").stdout
    again = json.loads(world.eid.verb("clients", "rotate", told["client_id"]).stdout)
    assert again["client_secret"] != told["client_secret"]
    for secret, status in ((told["client_secret"], 401), (again["client_secret"], 400)):
        answer = world.national.http.post(
            "/token", data={"grant_type": "authorization_code"}, auth=(told["client_id"], secret)
        )
        assert answer.status_code == status, answer.text
    assert world.eid.verb("clients", "rotate", "national", check=False).returncode == 1
    world.eid.verb("clients", "remove", told["client_id"])
