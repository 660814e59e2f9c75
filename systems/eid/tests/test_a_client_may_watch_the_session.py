"""OpenID Connect Session Management 1.0: a page of the client asks our frame whether the session still stands."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from eid_harness.chromium import FLAGS
from eid_harness.relying_party import RelyingParty
from eid_harness.world import Person, World
from playwright.sync_api import Browser, Page, sync_playwright

from eid.sessions import browser_state
from sandbox.browsing import press

STATE = "__Host-eid_browser_state"
ASK = """([address, message]) => new Promise((resolve) => {
  const frame = document.createElement("iframe");
  addEventListener("message", (event) => resolve([event.data, event.origin]));
  frame.onload = () => frame.contentWindow.postMessage(message, new URL(address).origin);
  frame.src = address;
  document.body.append(frame);
  setTimeout(() => resolve(["silence", ""]), 3000);
})"""


@pytest.fixture(scope="module")
def watching(world: World) -> Iterator[RelyingParty]:
    """A client of profile oidc whose pages are really there, also under another name."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>portal</title><h1 id=back>back</h1>")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    more = {"profile": "oidc", "id_token_signed_response_alg": "ES256", "dpop_bound_access_tokens": True}
    address = f"http://watching.localhost:{server.server_address[1]}/cb"
    rp = RelyingParty(world.eid.issuer, "watching", address, "portal-watching", more=more)
    world.eid.register(rp.metadata())
    yield rp
    server.shutdown()


def signed_in(world: World, rp: RelyingParty, page: Page, person: Person, **more: str) -> str:
    """The session_state of a sign-in with this browser."""
    page.goto(rp.start(**more).url)
    if page.locator("#username").count():
        page.fill("#username", person.personal_id)
        page.fill("#password", person.password)
        press(page, "#login-submit")
        page.fill("#otp", world.gateway.code(person.phone))
        press(page, "#otp-submit")
    if page.locator("#consent-accept").count():
        press(page, "#consent-accept")
    assert page.locator("#back").count(), (page.url, page.content()[:3000])
    return rp.response(page.url)["session_state"]


def asked(world: World, page: Page, message: str) -> str:
    answer, origin = page.evaluate(ASK, [f"{world.eid.issuer}/check-session", message])
    assert origin in ("", world.eid.issuer)
    return str(answer)


@pytest.fixture
def at_home(tmp_path: Path) -> Iterator[Page]:
    """A browser that shows other sites' frames their cookies: no longer the usual setting."""
    (tmp_path / "Default").mkdir()
    allowing = {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(allowing))
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path, executable_path="/usr/bin/chromium", args=FLAGS
        )
        yield context.new_page()
        context.close()


def test_the_frame_says_unchanged_until_the_person_signs_out(
    world: World, at_home: Page, watching: RelyingParty
) -> None:
    page, person = at_home, world.person()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    state = signed_in(world, watching, page, person)
    told = f"{watching.client_id} {state}"
    assert asked(world, page, told) == "unchanged"
    again = signed_in(world, watching, page, person, prompt="none")
    assert (again != state, asked(world, page, f"{watching.client_id} {again}")) == (True, "unchanged")
    assert asked(world, page, told) == "unchanged"
    assert asked(world, page, f"another {state}") == "changed"
    for wrong in ("", watching.client_id, f"{watching.client_id} x", f"{told}x", f"{told} "):
        assert asked(world, page, wrong) == "error", wrong
    page.goto(watching.redirect_uri.replace("watching.localhost", "stranger.localhost"))
    assert asked(world, page, told) == "changed", "the origin that asks is part of it"
    page.goto(f"{world.eid.issuer}/account")
    press(page, "form[action='/account/sign-out'] button")
    page.goto(watching.redirect_uri)
    assert asked(world, page, told) == "changed"
    other = signed_in(world, watching, page, world.person())
    assert asked(world, page, told) == "changed", "another person"
    assert asked(world, page, f"{watching.client_id} {other}") == "unchanged"
    assert faults == []


def test_a_browser_that_hides_our_cookies_is_told_that_nobody_can_tell(
    world: World, chromium: Browser, watching: RelyingParty
) -> None:
    """Section 5.1: "changed" would send the client to /authorize again and again."""
    page = chromium.new_page()
    state = signed_in(world, watching, page, world.person())
    assert asked(world, page, f"{watching.client_id} {state}") == "error"
    page.context.close()


def test_the_state_is_a_salted_hash_without_a_space() -> None:
    """3.2: over client_id, origin, browser state and salt; two answers of one session cannot be compared."""
    known = browser_state.of_session(b"s" * 32, uuid4())
    one, two = (browser_state.session_state(known, client_id="a", origin="https://a.example:443") for _ in range(2))
    assert one != two
    digest, salt = one.split(".")
    assert digest == hashlib.sha256(f"a https://a.example {known} {salt}".encode()).hexdigest()
    assert " " not in one


def test_the_browser_state_tells_nothing_and_opens_nothing(world: World, watching: RelyingParty) -> None:
    """Section 5: it is no credential; and it is another one for every session and every provider."""
    person, browser = world.person(), world.browser()
    world.authorize(browser, person, watching)
    state = browser.cookies[STATE]
    assert len(state) == 22
    assert state not in browser.cookies["__Host-eid_session"]
    alone = world.browser()
    alone.cookies = {STATE: state}
    assert alone.get("/account").has("login-submit")
    session = uuid4()
    assert len({browser_state.of_session(key, each) for key in (b"1", b"2") for each in (session, uuid4())}) == 4


def test_only_clients_that_may_watch_are_told(world: World, watching: RelyingParty) -> None:
    """And no error of ours brings it along."""
    person, browser = world.person(), world.browser()
    world.authorize(browser, person)
    assert "session_state" not in world.national.response(browser.landed)
    assert STATE not in browser.cookies
    world.authorize(browser, person, watching)
    assert "session_state" in watching.response(browser.landed)
    world.browser().get(watching.start(prompt="none").url)
    other = world.browser()
    other.get(watching.start(prompt="none").url)
    assert set(watching.response(other.landed)) >= {"error"}
    assert "session_state" not in watching.response(other.landed)


def test_signing_in_and_signing_out_take_the_state_away(world: World, watching: RelyingParty) -> None:
    person, browser = world.person(), world.browser()
    world.authorize(browser, person, watching)
    first = browser.cookies[STATE]
    browser.get(world.national.start(prompt="login").url)
    world.sign_in(browser, person)
    assert STATE not in browser.cookies
    world.authorize(browser, person, watching, prompt="none")
    assert browser.cookies[STATE] == first, "the same session"
    browser.get("/logout")
    browser.submit("logout-confirm")
    assert STATE not in browser.cookies


def test_the_frame_is_the_same_for_everybody_and_may_do_nothing_else(world: World) -> None:
    http = world.national.http
    said = http.get("/.well-known/openid-configuration").json()
    assert said["check_session_iframe"] == f"{world.eid.issuer}/check-session"
    page = http.get("/check-session")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "frame-ancestors" not in policy
    assert "x-frame-options" not in page.headers
    assert "unsafe" not in policy
    assert "set-cookie" not in page.headers
    assert page.text == http.get("/check-session", headers={"cookie": f"{STATE}=x"}).text
