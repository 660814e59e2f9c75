"""Before the password is right every failure reads the same and costs the same; after it, the reason is told."""

from __future__ import annotations

import re
from collections.abc import Callable

import argon2
import pytest
from eid_harness.browser import Browser
from eid_harness.running import RunningEid
from eid_harness.servers import Gateway
from eid_harness.world import PASSWORD, World, made_up

from eid.authenticators import password
from eid.authenticators.standing import refusal_of


def submit(world: World, number: str, secret: str) -> Browser:
    browser = world.browser()
    browser.get(world.national.start().url)
    browser.submit("login-submit", username=number, password=secret)
    return browser


def shape(browser: Browser, number: str) -> str:
    """The page without what differs between any two loads of it."""
    assert browser.page is not None
    text = browser.page.response.text.replace(number, "NUMBER")
    return re.sub(r"(nonce|value|action|href)=\"[^\"]*\"|sign-in/[\w-]+|\d\d?:\d\d", "", text)


def test_unknown_wrong_locked_inactive_and_dead_read_alike(world: World) -> None:
    people = [
        world.person(),
        world.person(state="locked", lock_reason="card_expired"),
        world.person(state="not_activated"),
        world.person(state="dead"),
        made_up(999_999),
    ]
    pages = [submit(world, person.personal_id, "not the password") for person in people]
    assert len({browser.page.status for browser in pages if browser.page}) == 1
    shapes = {shape(browser, person.personal_id) for browser, person in zip(pages, people, strict=True)}
    assert len(shapes) == 1
    headers = {tuple(sorted(browser.page.response.headers)) for browser in pages if browser.page}
    assert len(headers) == 1


def test_an_unknown_number_costs_one_hash_of_the_same_strength(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = password.hash_password("right")
    seen: list[argon2.Parameters] = []
    real = argon2.PasswordHasher.verify

    def verify(self: argon2.PasswordHasher, reference: str, typed: str) -> bool:
        seen.append(argon2.extract_parameters(reference))
        return real(self, reference, typed)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verify)
    assert not password.verify(stored, "wrong")
    assert not password.verify(None, "wrong")
    assert len(seen) == 2
    assert seen[0] == seen[1]


def test_even_the_decoy_never_lets_anybody_in() -> None:
    assert password.verify(password.hash_password("right"), "right")
    assert not password.verify(None, "right")
    assert not password.verify(None, "")
    assert not password.verify(password.hash_password("x" * 200), "x" * 200)


@pytest.mark.parametrize(
    ("state", "reason", "code", "words"),
    [
        ("locked", "own_request", "VNEID_LOCKED", "You asked for it to be locked"),
        ("locked", "card_expired", "VNEID_LOCKED", "Your identity card has expired"),
        ("locked", "phone_changed_owner", "VNEID_LOCKED", "belongs to somebody else"),
        ("locked", None, "VNEID_LOCKED", "can tell you why"),
        ("not_activated", None, "VNEID_NOT_ACTIVATED", "never activated"),
        ("dead", None, "VNEID_DEAD", "has died"),
    ],
)
def test_after_the_right_password_the_reason_and_the_way_on_are_told(
    world: World, state: str, reason: str | None, code: str, words: str
) -> None:
    person = world.person(state=state, lock_reason=reason)
    browser = submit(world, person.personal_id, PASSWORD)
    assert browser.page is not None
    assert (browser.page.status, browser.page.error_code) == (403, code)
    assert words in browser.page.text
    assert "police" in browser.page.text or "app" in browser.page.text
    assert world.gateway.messages(person.phone) == []
    browser.submit("leave")
    assert world.national.response(browser.landed)["error"] == "access_denied"


def test_only_an_active_account_may_be_used() -> None:
    assert refusal_of("active", None) is None
    for state in ("locked", "not_activated", "dead", "something new"):
        assert refusal_of(state, None) is not None


@pytest.mark.parametrize("typed", ["04518500012", "0451850001234", "04518500012a", "", "0451850001 2"])
def test_what_is_no_personal_number_is_said_so_and_kept(world: World, typed: str) -> None:
    browser = submit(world, typed, PASSWORD)
    assert browser.page is not None
    assert browser.page.status == 422
    assert "12-digit" in browser.page.text
    field = browser.page.soup.find(id="username")
    assert field is not None
    assert field["value"] == typed


def test_full_width_digits_and_spaces_are_understood(world: World) -> None:
    person = world.person()
    wide = "".join(chr(0xFF10 + int(digit)) for digit in person.personal_id)
    browser = submit(world, f" {wide[:6]} {wide[6:]} ", PASSWORD)
    assert browser.page is not None
    assert browser.page.has("otp")


def test_eleven_tries_in_a_row_are_stopped_and_an_unknown_number_is_stopped_alike(
    new_eid: Callable[..., RunningEid], world: World
) -> None:
    for number in (world.person().personal_id, made_up(999_998).personal_id):
        browser = world.browser()
        browser.get(world.national.start().url)
        statuses = []
        for _ in range(11):
            assert browser.page is not None
            browser.submit("login-submit", username=number, password="wrong")
            statuses.append(browser.page.status)
        assert statuses == [422] * 10 + [429]
        browser.submit("login-submit", username=number, password=PASSWORD)
        assert browser.page is not None
        assert browser.page.status == 429
        assert "15 minutes" in browser.page.text


def test_right_passwords_do_not_use_up_the_tries(world: World, gateway: Gateway) -> None:
    person = world.person()
    for _ in range(12):
        browser = submit(world, person.personal_id, PASSWORD)
        assert browser.page is not None
        assert browser.page.has("otp")
    assert len(gateway.messages(person.phone)) == 12


def test_the_login_hint_fills_the_field_and_stands_in_no_address(world: World) -> None:
    person, browser = world.person(), world.browser()
    started = world.national.start(login_hint=person.personal_id)
    page = browser.get(started.url)
    field = page.soup.find(id="username")
    assert field is not None
    assert field["value"] == person.personal_id
    assert person.personal_id not in started.url + page.url
    rows = world.sql("select request from pushed_requests")
    assert rows
    assert all(person.personal_id.encode() not in bytes(row[0]) for row in rows)
