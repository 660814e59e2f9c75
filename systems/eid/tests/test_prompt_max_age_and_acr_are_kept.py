"""OpenID Connect Core 3.1.2.1, 3.1.2.6 and 5.5.1.1: what a client asks about the login itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from eid_harness.world import VERIFIED, World
from hypothesis import given
from hypothesis import strategies as st

from eid import levels, sessions
from eid.grants import steps
from eid.grants.authorization_request import AuthorizationRequest
from eid.grants.consent import Consent
from eid.grants.steps import Facts, Step, next_step
from eid.sessions import Session

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ME = UUID(int=1)
EID1, EID2 = "urn:motcua:acr:eid1", "urn:motcua:acr:eid2"
ESSENTIAL = {"id_token": {"acr": {"essential": True, "value": EID2}}}


def request(**more: object) -> AuthorizationRequest:
    facts: dict[str, object] = {
        "client_id": "national",
        "redirect_uri": "https://portal.example/cb",
        "scope": ("openid",),
        "code_challenge": "x",
    }
    return AuthorizationRequest(**(facts | more))  # type: ignore[arg-type]


def session(age: int = 60) -> Session:
    at = NOW - timedelta(seconds=age)
    return Session(UUID(int=2), ME, at, at, NOW, "")


def facts(asked: AuthorizationRequest, **more: object) -> Facts:
    yes = Consent(UUID(int=3), ME, "national", ("eid_level",), ("eid_level",), NOW)
    known: dict[str, object] = {"session": session(), "level": 2, "remembered": yes, "asked_at": NOW, "now": NOW}
    return Facts(request=asked, **(known | more))  # type: ignore[arg-type]


def test_the_order_of_steps() -> None:
    assert next_step(facts(request(), session=None)) is Step.LOGIN
    assert next_step(facts(request(), remembered=None)) is Step.CONSENT
    assert next_step(facts(request())) is Step.ISSUE


def test_prompt_login_asks_again() -> None:
    assert next_step(facts(request(prompt=("login",)))) is Step.LOGIN
    assert next_step(facts(request(prompt=("login",)), session=session(0))) is Step.ISSUE


def test_max_age_asks_again() -> None:
    assert next_step(facts(request(max_age=59))) is Step.LOGIN
    assert next_step(facts(request(max_age=60))) is Step.ISSUE
    assert next_step(facts(request(max_age=0))) is Step.LOGIN


def test_an_essential_acr_out_of_reach_is_unmet_and_a_voluntary_one_is_not() -> None:
    assert next_step(facts(request(acr_values=(EID2,), acr_essential=True), level=1)) is Step.UNMET
    assert next_step(facts(request(acr_values=(EID2,), acr_essential=True), level=2)) is Step.ISSUE
    assert next_step(facts(request(acr_values=(EID2,)), level=1)) is Step.ISSUE
    assert next_step(facts(request(acr_values=("urn:other",), acr_essential=True), level=2)) is Step.UNMET


def test_verified_claims_need_a_fresh_word_of_the_register() -> None:
    yes = Consent(UUID(int=3), ME, "national", ("name", "eid_level"), ("name", "eid_level"), NOW)
    asked = request(verified=("name",))
    assert next_step(facts(asked, remembered=yes)) is Step.REGISTER
    old = NOW - steps.REGISTER_FRESH - timedelta(seconds=1)
    assert next_step(facts(asked, remembered=yes, register_checked_at=old)) is Step.REGISTER
    assert next_step(facts(asked, remembered=yes, register_checked_at=NOW)) is Step.ISSUE
    exactly = NOW - timedelta(minutes=10)
    assert next_step(facts(asked, remembered=yes, register_checked_at=exactly)) is Step.ISSUE


def test_a_yes_counts_for_a_year_to_the_second_and_one_of_just_now_before_it() -> None:
    given = Consent(UUID(int=3), ME, "national", ("eid_level",), ("eid_level",), NOW - timedelta(days=365))
    assert next_step(facts(request(), remembered=given)) is Step.CONSENT
    younger = msgspec.structs.replace(given, given_at=given.given_at + timedelta(seconds=1))
    assert next_step(facts(request(), remembered=younger)) is Step.ISSUE
    now = msgspec.structs.replace(given, id=UUID(int=4), given_at=NOW)
    assert steps.standing_consent(facts(request(), decided=now)) is now
    assert next_step(facts(request(prompt=("consent",)), decided=now)) is Step.ISSUE
    assert steps.standing_consent(facts(request(), decided=given, remembered=None)) is None


def test_prompt_consent_asks_again() -> None:
    assert next_step(facts(request(prompt=("consent",)))) is Step.CONSENT


def test_an_earlier_yes_to_less_does_not_cover_more() -> None:
    assert next_step(facts(request(scope=("openid", "phone")))) is Step.CONSENT


@given(st.integers(1, 2), st.lists(st.sampled_from([EID1, EID2, "urn:other"]), max_size=3))
def test_no_level_states_more_than_it_is(level: int, wanted: list[str]) -> None:
    chosen = levels.choose(level, tuple(wanted))
    assert chosen is None or levels.reaches(level, chosen)
    if EID1 in wanted:
        assert chosen is not None
    stated = steps.acr_for(request(acr_values=tuple(wanted)), level)
    assert levels.reaches(level, stated)


@given(st.binary(min_size=32, max_size=32), st.uuids(), st.text(max_size=20), st.text(max_size=20))
def test_two_sectors_see_two_sids(key: bytes, session_id: UUID, one: str, other: str) -> None:
    same = sessions.sid_for(key, session_id, one) == sessions.sid_for(key, session_id, other)
    assert same == (one == other)


def test_prompt_none_never_shows_a_page(world: World) -> None:
    person, browser = world.person(), world.browser()
    browser.get(world.national.start(prompt="none").url)
    assert world.national.response(browser.landed)["error"] == "login_required"
    world.authorize(browser, person)
    browser.get(world.national.start(prompt="none").url)
    assert "code" in world.national.response(browser.landed)
    browser.get(world.national.start(prompt="none", scope="openid phone").url)
    assert world.national.response(browser.landed)["error"] == "consent_required"
    browser.get(world.national.start(prompt="none", max_age="0").url)
    assert world.national.response(browser.landed)["error"] == "login_required"
    world.register.down = True
    browser.get(world.national.start(prompt="none", claims=VERIFIED).url)
    assert world.national.response(browser.landed)["error"] == "temporarily_unavailable"


def test_prompt_login_gives_a_new_auth_time(world: World) -> None:
    person, browser = world.person(), world.browser()
    world.authorize(browser, person)
    world.sql("update sessions set auth_time = auth_time - interval '100 s'")
    before = world.tokens(browser, person)["claims"]["auth_time"]
    after = world.tokens(browser, person, prompt="login")["claims"]["auth_time"]
    assert after - before >= 100


@pytest.mark.parametrize(("level", "acr"), [(1, EID1), (2, EID2)])
def test_the_level_is_stated(world: World, level: int, acr: str) -> None:
    person, browser = world.person(level), world.browser()
    got = world.tokens(browser, person, acr_values=f"{EID2} {EID1}")
    assert got["claims"]["acr"] == acr
    assert world.national.userinfo(got["access_token"]).json()["eid_level"] == level


def test_an_unmet_essential_acr_is_explained_then_told(world: World) -> None:
    person, browser = world.person(1), world.browser()
    browser.get(world.national.start(claims=ESSENTIAL).url)
    world.sign_in(browser, person)
    assert browser.page is not None
    assert (browser.page.status, browser.page.error_code) == (403, "VNEID_L1_ONLY")
    for words in ("police", "Other services still work", "Return to National Public Service Portal"):
        assert words in browser.page.text
    browser.submit("leave")
    assert world.national.response(browser.landed)["error"] == "unmet_authentication_requirements"
    browser.get(world.national.start(claims=ESSENTIAL, prompt="none").url)
    assert world.national.response(browser.landed)["error"] == "unmet_authentication_requirements"


def test_a_hint_of_another_person_asks_for_that_person(world: World) -> None:
    first, second, browser = world.person(), world.person(), world.browser()
    hint = world.tokens(world.browser(), first)["id_token"]
    world.authorize(browser, second)
    browser.get(world.national.start(id_token_hint=hint).url)
    assert browser.page is not None
    assert browser.page.has("login-submit")
    browser.get(world.national.start(id_token_hint=hint, prompt="none").url)
    assert world.national.response(browser.landed)["error"] == "login_required"
    browser.get(world.national.start(id_token_hint=hint).url)
    world.sign_in(browser, second)
    assert world.national.response(browser.landed)["error"] == "login_required"


def test_select_account_lets_another_person_in(world: World) -> None:
    """Core 3.1.2.1: an account is chosen by signing in with it; a session answers nothing then."""
    first, second, browser = world.person(), world.person(), world.browser()
    before = world.tokens(browser, first)["claims"]
    started = world.national.start(prompt="select_account")
    browser.get(started.url)
    assert browser.page is not None
    assert browser.page.has("login-submit")
    world.sign_in(browser, second)
    if browser.page.has("consent-accept"):
        browser.submit("consent-accept")
    answer = world.national.redeem(world.national.callback(started, browser.landed), started.verifier).json()
    after = world.national.id_token(answer["id_token"], started)
    assert after["sub"] != before["sub"]
    assert after["sid"] != before["sid"]
    assert world.national.push(**world.national.parameters(prompt="none select_account")[0]).status_code == 400
