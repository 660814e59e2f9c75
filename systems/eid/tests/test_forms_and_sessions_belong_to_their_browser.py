"""Login CSRF, session fixation, interactions of another browser, callbacks answered twice."""

from __future__ import annotations

import pytest
from eid_harness.browser import Browser
from eid_harness.world import PASSWORD, World

SESSION, PRE_SESSION = "__Host-eid_session", "__Host-eid_browser"


def at_login(world: World) -> tuple[Browser, str, str]:
    browser = world.browser()
    page = browser.get(world.national.start().url)
    form = page.soup.find(id="login-submit").find_parent("form")
    token = form.find("input", attrs={"name": "form_token"})["value"]
    return browser, form["action"], token


def credentials(world: World, token: str) -> dict[str, str]:
    return {"form_token": token, "username": world.person().personal_id, "password": PASSWORD}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://national.localhost:8603"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"x-nothing": "said"},
    ],
)
def test_a_form_from_elsewhere_is_refused(world: World, headers: dict[str, str]) -> None:
    browser, action, token = at_login(world)
    page = browser.post(action, credentials(world, token), **headers)
    assert (page.status, page.error_code) == (403, "EID_FORM_REFUSED")


def test_our_own_form_is_taken(world: World) -> None:
    browser, action, token = at_login(world)
    assert browser.post(action, credentials(world, token), **{"sec-fetch-site": "same-origin"}).has("otp")


def test_login_csrf_fails_without_the_token_of_this_browser(world: World) -> None:
    """An attacker's page makes the victim's browser post the attacker's credentials."""
    _, _, foreign = at_login(world)
    browser, action, _ = at_login(world)
    for token in ("", "0" * 64, foreign):
        page = browser.post(action, credentials(world, token))
        assert (page.status, page.error_code) == (403, "EID_FORM_REFUSED")


def test_a_victims_browser_cannot_be_put_into_an_attackers_sign_in(world: World) -> None:
    attacker, action, token = at_login(world)
    victim = world.browser()
    victim.get(world.national.start().url)
    assert victim.get(action).error_code == "EID_SIGN_IN_OVER"
    assert victim.get(action.replace("/sign-in/", "/authorize/")).error_code == "EID_SIGN_IN_OVER"
    assert victim.post(action, credentials(world, token)).error_code == "EID_SIGN_IN_OVER"
    assert attacker.get(action).has("login-submit")


def test_the_session_cookie_is_new_at_every_sign_in(world: World) -> None:
    person, browser = world.person(), world.browser()
    planted = "A" * 43
    browser.cookies[SESSION] = planted
    world.authorize(browser, person)
    first = browser.cookies[SESSION]
    assert first != planted
    world.authorize(browser, person, prompt="login")
    second = browser.cookies[SESSION]
    assert second != first
    stale = Browser(world.eid.issuer, cookies={SESSION: first, PRE_SESSION: browser.cookies[PRE_SESSION]})
    assert stale.get("/account").has("login-submit")


def test_the_session_secret_is_not_in_the_database(world: World) -> None:
    person, browser = world.person(), world.browser()
    world.authorize(browser, person)
    token = browser.cookies[SESSION]
    rows = world.sql("select row_to_json(s)::text from sessions s")
    assert rows
    assert not [row for row in rows if token in row[0]]


def test_another_person_in_the_same_browser_gets_another_session(world: World) -> None:
    first, second, browser = world.person(), world.person(), world.browser()
    one = world.tokens(browser, first)["claims"]
    two = world.tokens(browser, second, prompt="login")["claims"]
    assert one["sub"] != two["sub"]
    assert one["sid"] != two["sid"]


def test_the_same_person_keeps_the_sid_over_a_new_sign_in(world: World) -> None:
    person, browser = world.person(), world.browser()
    one = world.tokens(browser, person)["claims"]
    two = world.tokens(browser, person, prompt="login")["claims"]
    assert one["sid"] == two["sid"]
    assert two["auth_time"] >= one["auth_time"]


def test_a_finished_sign_in_answers_no_second_time(world: World) -> None:
    person, browser = world.person(), world.browser()
    browser.get(world.national.start().url)
    world.sign_in(browser, person)
    assert browser.page is not None
    consent = browser.page.url
    browser.submit("consent-accept")
    assert "code=" in browser.landed
    assert browser.get(consent).error_code == "EID_SIGN_IN_OVER"
    again = browser.get(consent.replace("/sign-in/", "/authorize/").removesuffix("/consent"))
    assert again.error_code == "EID_SIGN_IN_OVER"


def test_a_double_click_on_consent_gives_one_answer(world: World) -> None:
    person, browser = world.person(), world.browser()
    browser.get(world.national.start().url)
    world.sign_in(browser, person)
    assert browser.page is not None
    form = browser.page.soup.find(id="consent-accept").find_parent("form")
    data = {i["name"]: i["value"] for i in form.find_all("input", type="hidden")} | {"action": "accept"}
    browser.post(form["action"], data)
    assert "code=" in browser.landed
    browser.post(form["action"], data)
    assert browser.landed == ""
    assert browser.page.error_code == "EID_SIGN_IN_OVER"


def test_an_old_sign_in_is_over(world: World) -> None:
    browser, action, _ = at_login(world)
    interaction_id = action.rsplit("/", 1)[1]
    world.sql("update interactions set created_at = created_at - interval '31 min' where id = %s", interaction_id)
    assert browser.get(action).error_code == "EID_SIGN_IN_OVER"


def test_a_form_may_end_only_here_and_at_the_client_that_asks(world: World) -> None:
    browser = world.browser()
    page = browser.get(world.national.start().url)
    policy = page.response.headers["content-security-policy"]
    assert "form-action 'self' http://national.localhost:8603;" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    home = browser.get("/").response.headers["content-security-policy"]
    assert "form-action 'self';" in home


def test_cookies_are_host_only_secure_and_unreadable(world: World) -> None:
    person, browser = world.person(), world.browser()
    page = browser.get(world.national.start().url)
    assert page.response is not None
    first = browser.first_hop
    assert first is not None
    for header in first.headers.get_list("set-cookie"):
        if header.startswith("__Host-eid"):
            assert {"httponly", "secure", "samesite=lax", "path=/"} <= {p.strip().lower() for p in header.split(";")}
            assert "domain" not in header.lower()
    world.sign_in(browser, person)
    assert SESSION in browser.cookies


def test_idle_and_old_sessions_end(world: World) -> None:
    for column, age in (("last_seen_at", "31 min"), ("created_at", "12 h")):
        person, browser = world.person(), world.browser()
        world.authorize(browser, person)
        world.sql(
            f"update sessions set {column} = {column} - interval '{age}' where account_id ="
            " (select account_id from sessions order by created_at desc limit 1)"
        )
        assert browser.get("/account").has("login-submit")
