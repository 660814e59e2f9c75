"""The SMS code over HTTP: wrong, expired, reused, flooded, for another session, for another person."""

from __future__ import annotations

import concurrent.futures
from urllib.parse import urljoin

from eid_harness.browser import Browser
from eid_harness.world import Person, World

from eid.interaction.second_factor import SENT


def at_code(world: World, person: Person) -> Browser:
    browser = world.browser()
    browser.get(world.national.start().url)
    world.password(browser, person)
    assert browser.page is not None
    assert browser.page.has("otp"), browser.page.text
    return browser


def other_than(code: str) -> str:
    return "111111" if code != "111111" else "222222"


def test_five_wrong_tries_then_only_a_new_code_helps(world: World) -> None:
    person = world.person()
    browser = at_code(world, person)
    code = world.gateway.code(person.phone)
    for left in (4, 3, 2, 1):
        browser.submit("otp-submit", otp=other_than(code))
        assert browser.page is not None
        assert f"You have {left} tr" in browser.page.text
    browser.submit("otp-submit", otp=other_than(code))
    assert "no tries are left" in browser.page.text
    browser.submit("otp-submit", otp=code)
    assert browser.page.status == 422
    assert "can no longer be used" in browser.page.text


def test_an_expired_code_says_so_and_a_new_one_works(world: World) -> None:
    person = world.person()
    browser = at_code(world, person)
    world.sql("update one_time_codes set sent_at = sent_at - interval '181 s'")
    browser.submit("otp-submit", otp=world.gateway.code(person.phone))
    assert browser.page is not None
    assert "has expired" in browser.page.text
    browser.submit("otp-resend")
    browser.submit("otp-submit", otp=world.gateway.code(person.phone))
    assert browser.page.has("consent-accept")


def test_a_new_code_has_to_wait_a_minute_and_ends_the_old_one(world: World) -> None:
    person = world.person()
    browser = at_code(world, person)
    old = world.gateway.code(person.phone)
    browser.submit("otp-resend")
    assert browser.page is not None
    assert browser.page.status == 429
    assert "seconds" in browser.page.text
    assert len(world.gateway.messages(person.phone)) == 1
    world.sql("update one_time_codes set sent_at = sent_at - interval '61 s'")
    browser.submit("otp-resend")
    new = world.gateway.code(person.phone)
    assert len(world.gateway.messages(person.phone)) == 2
    if new != old:
        browser.submit("otp-submit", otp=old)
        assert browser.page.status == 422
    browser.submit("otp-submit", otp=new)
    assert browser.page.has("consent-accept")


def test_typing_the_password_again_does_not_send_another_message_within_the_minute(world: World) -> None:
    person = world.person()
    browser = at_code(world, person)
    assert browser.page is not None
    browser.get(browser.page.url.removesuffix("/code"))
    world.password(browser, person)
    assert browser.page.has("otp")
    assert len(world.gateway.messages(person.phone)) == 1


def test_a_code_of_one_browser_does_not_work_in_another(world: World) -> None:
    person = world.person()
    first, second = at_code(world, person), at_code(world, person)
    codes = [world.gateway.code(person.phone, nth=0), world.gateway.code(person.phone, nth=1)]
    if codes[0] == codes[1]:
        return
    second.submit("otp-submit", otp=codes[0])
    assert second.page is not None
    assert second.page.status == 422
    first.submit("otp-submit", otp=codes[0])
    assert first.page is not None
    assert first.page.has("consent-accept")


def test_ones_own_code_does_not_open_somebody_elses_account(world: World) -> None:
    """Sign in with one's own password, then with a victim's in the same sign-in, and show one's own code."""
    attacker, victim = world.person(), world.person()
    browser = at_code(world, attacker)
    own_code = world.gateway.code(attacker.phone)
    assert browser.page is not None
    browser.get(browser.page.url.removesuffix("/code"))
    world.password(browser, victim)
    browser.submit("otp-submit", otp=own_code)
    assert browser.page.status == 422
    assert "__Host-eid_session" not in browser.cookies


def test_without_the_password_there_is_no_second_step(world: World) -> None:
    browser = world.browser()
    page = browser.get(world.national.start().url)
    base = urljoin(page.url, page.soup.find("form")["action"])
    token = page.soup.find("input", attrs={"name": "form_token"})["value"]
    assert browser.get(f"{base}/code").has("login-submit")
    shown = browser.post(f"{base}/code", {"form_token": token, "otp": "123456", "action": "confirm"})
    assert shown.has("login-submit")
    shown = browser.post(f"{base}/code", {"form_token": token, "action": "resend"})
    assert shown.has("login-submit")


def test_a_password_proven_long_ago_is_asked_again(world: World) -> None:
    person = world.person()
    browser = at_code(world, person)
    code = world.gateway.code(person.phone)
    world.sql("update interactions set password_at = password_at - interval '16 min' where finished_at is null")
    browser.submit("otp-submit", otp=code)
    assert browser.page is not None
    assert browser.page.has("login-submit")


def test_a_hundred_tries_at_once_are_five_tries(world: World) -> None:
    person = world.person()
    browser = at_code(world, person)
    assert browser.page is not None
    code, url = world.gateway.code(person.phone), browser.page.url
    form = browser.page.soup.find(id="otp-submit").find_parent("form")
    token = form.find("input", attrs={"name": "form_token"})["value"]
    cookies, wrong = dict(browser.cookies), other_than(code)

    def attempt(_: int) -> int:
        twin = Browser(world.eid.issuer, cookies=dict(cookies))
        return twin.post(url, {"form_token": token, "otp": wrong, "action": "confirm"}).status

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(attempt, range(40)))
    assert set(statuses) <= {422, 429}
    tries = world.sql("select tries from one_time_codes where sent_at > now() - interval '1 min' order by tries desc")
    assert tries[0][0] == 5
    browser.submit("otp-submit", otp=code)
    assert browser.page.status in {422, 429}


def test_a_flood_of_codes_is_stopped(world: World) -> None:
    person = world.person()
    browser = at_code(world, person)
    for _ in range(SENT.count):
        world.sql("update one_time_codes set sent_at = sent_at - interval '61 s'")
        browser.submit("otp-resend")
    assert browser.page is not None
    assert browser.page.status == 429
    assert len(world.gateway.messages(person.phone)) == SENT.count
    another = world.browser()
    another.get(world.national.start().url)
    world.password(another, person)
    assert another.page is not None
    assert another.page.status == 429


def test_when_the_gateway_is_away_the_page_says_so_and_nothing_is_lost(world: World) -> None:
    person = world.person()
    browser = world.browser()
    browser.get(world.national.start().url)
    world.gateway.answer = lambda path, body: 503
    try:
        world.password(browser, person)
    finally:
        world.gateway.answer = lambda path, body: 200
    assert browser.page is not None
    assert browser.page.status == 503
    assert "could not be sent" in browser.page.text
    browser.submit("otp-resend")
    browser.submit("otp-submit", otp=world.gateway.code(person.phone))
    assert browser.page.has("consent-accept")


def test_the_message_names_who_asks_and_holds_one_six_digit_number(world: World) -> None:
    person = world.person()
    at_code(world, person)
    text = world.gateway.messages(person.phone)[-1]
    assert "National Public Service Portal" in text
    assert "Do not tell this code to anyone" in text
    assert world.gateway.code(person.phone) in text


def test_a_double_click_or_the_back_button_after_the_right_code_goes_on(world: World) -> None:
    person = world.person()
    browser = at_code(world, person)
    assert browser.page is not None
    shown, code = browser.page, world.gateway.code(person.phone)
    browser.submit("otp-submit", otp=code)
    assert browser.page.has("consent-accept")
    browser.page = shown
    browser.submit("otp-submit", otp=code)
    assert browser.page.has("consent-accept")
    assert browser.get(shown.url).has("consent-accept")
