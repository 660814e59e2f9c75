"""The register silent, broken or refusing at each step: what was done stays, nothing reads as a refusal."""

from __future__ import annotations

import pytest
from eid_harness.world import VERIFIED, World

from eid.population_client import Vouched


def vouched(overall: str, state: str) -> bool:
    return Vouched(request_id="r", overall=overall, answered_at="2026-01-01T00:00:00Z", record_state=state).is_match  # type: ignore[arg-type]


def test_only_a_whole_match_of_a_live_record_vouches() -> None:
    assert vouched("MATCH", "live")
    for overall in ("NO_MATCH", "NOT_FOUND", "INSUFFICIENT", "match", ""):
        assert not vouched(overall, "live")
    for state in ("dead", "cancelled", "merged", ""):
        assert not vouched("MATCH", state)


@pytest.mark.parametrize("how", ["down", "garbage"])
def test_silence_keeps_the_person_signed_in_and_the_place(world: World, how: str) -> None:
    person, browser = world.person(), world.browser()
    started = world.national.start(claims=VERIFIED)
    browser.get(started.url)
    setattr(world.register, how, True)
    world.sign_in(browser, person)
    assert browser.page is not None
    assert (browser.page.status, browser.page.error_code) == (503, "NPD_UNAVAILABLE"), browser.page.text
    for words in ("does not mean that your information is wrong", "Nothing has to be typed again"):
        assert words in browser.page.text
    setattr(world.register, how, False)
    again = browser.page.soup.find(id="try-again")
    assert again is not None
    browser.get(again["href"])
    assert browser.page.has("consent-accept")
    browser.submit("consent-accept")
    code = world.national.callback(started, browser.landed)
    token = world.national.redeem(code, started.verifier).json()["access_token"]
    assert "verified_claims" in world.national.userinfo(token).json()


def test_who_leaves_meanwhile_is_told_unavailable_not_denied(world: World) -> None:
    person, browser = world.person(), world.browser()
    browser.get(world.national.start(claims=VERIFIED).url)
    world.register.down = True
    world.sign_in(browser, person)
    browser.submit("leave")
    assert world.national.response(browser.landed)["error"] == "temporarily_unavailable"


def test_down_between_check_and_consent_changes_nothing(world: World) -> None:
    """The check of this flow is fresh for ten minutes: the person's yes is not lost."""
    person, browser = world.person(), world.browser()
    started = world.national.start(claims=VERIFIED)
    browser.get(started.url)
    world.sign_in(browser, person)
    world.register.down = True
    browser.submit("consent-accept")
    assert world.national.callback(started, browser.landed)


def test_down_at_the_token_and_userinfo_endpoints_changes_nothing(world: World) -> None:
    person, browser = world.person(), world.browser()
    started = world.authorize(browser, person, claims=VERIFIED)
    world.register.down = True
    token = world.national.redeem(world.national.callback(started, browser.landed), started.verifier).json()
    assert "verified_claims" in world.national.userinfo(token["access_token"]).json()


def test_a_sign_in_that_asks_for_nothing_verified_does_not_need_the_register(world: World) -> None:
    world.register.down = True
    person, browser = world.person(), world.browser()
    assert world.tokens(browser, person)["claims"]["sub"]
    page = browser.get("/account")
    assert page.status == 200
    assert "cannot be reached right now" in browser.get("/account/activity").text


def test_an_old_check_is_asked_again(world: World) -> None:
    person, browser = world.person(), world.browser()
    world.authorize(browser, person, claims=VERIFIED)
    asked = len(world.register.asked)
    world.authorize(browser, person, claims=VERIFIED)
    assert len(world.register.asked) == asked
    world.sql("update accounts set register_checked_at = register_checked_at - interval '11 min'")
    world.authorize(browser, person, claims=VERIFIED)
    assert len(world.register.asked) == asked + 1


@pytest.mark.parametrize(
    ("overall", "state", "code", "words"),
    [
        ("NO_MATCH", "live", "NPD_MISMATCH", "differs from the population database"),
        ("NOT_FOUND", "live", "NPD_NOT_FOUND", "No record was found"),
        ("INSUFFICIENT", "live", "NPD_INSUFFICIENT", "does not hold enough"),
        ("MATCH", "merged", "NPD_RECORD", "is being changed"),
        ("MATCH", "dead", "VNEID_DEAD", "has died"),
    ],
)
def test_each_answer_has_its_page_and_nothing_is_shared(
    world: World, overall: str, state: str, code: str, words: str
) -> None:
    person, browser = world.person(), world.browser()
    world.register.answers[person.personal_id] = (overall, state)
    browser.get(world.national.start(claims=VERIFIED).url)
    world.sign_in(browser, person)
    assert browser.page is not None
    assert (browser.page.status, browser.page.error_code) == (403, code)
    assert words in browser.page.text
    assert "Nothing was shared" in browser.page.text
    browser.submit("leave")
    assert world.national.response(browser.landed)["error"] == "access_denied"


def test_a_death_closes_the_account(world: World) -> None:
    person, browser = world.person(), world.browser()
    other = world.browser()
    world.authorize(other, person)
    world.register.answers[person.personal_id] = ("MATCH", "dead")
    browser.get(world.national.start(claims=VERIFIED).url)
    world.sign_in(browser, person)
    assert other.get("/account").has("login-submit")
    browser.get(world.national.start().url)
    world.password(browser, person)
    assert browser.page is not None
    assert browser.page.error_code == "VNEID_DEAD"
