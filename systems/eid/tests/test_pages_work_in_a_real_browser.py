"""Chromium itself: cookies, form-action, no script, 320 px, both languages. EID_SHOTS=FOLDER keeps pictures."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from eid_harness.chromium import look
from eid_harness.relying_party import VERIFIED, RelyingParty
from eid_harness.world import World
from playwright.sync_api import Browser

from sandbox.browsing import press


@pytest.fixture(scope="module")
def portal(world: World) -> Iterator[RelyingParty]:
    """A portal of another origin that really answers at its redirect_uri."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<h1 id=back>back</h1>")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://national.localhost:{server.server_address[1]}"
    rp = RelyingParty(
        world.eid.issuer,
        "browser-portal",
        f"{origin}/vneid/tro-ve",
        "portal-browser",
        name=("Cổng Dịch vụ công quốc gia", "National Public Service Portal"),
    )
    world.eid.register(rp.metadata())
    yield rp
    server.shutdown()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_whole_way_without_script(world: World, chromium: Browser, portal: RelyingParty, language: str) -> None:
    person = world.person()
    context = chromium.new_context(java_script_enabled=True, locale=language)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    started = portal.start(scope="openid phone email", claims=VERIFIED, ui_locales=language)
    page.goto(started.url)
    assert page.locator("html").get_attribute("lang") == language
    look(page, f"login-{language}")
    page.fill("#username", person.personal_id)
    page.fill("#password", "not this one")
    press(page, "#login-submit")
    look(page, f"login-wrong-{language}")
    page.fill("#password", person.password)
    press(page, "#login-submit")
    look(page, f"code-{language}")
    page.fill("#otp", "000000" if world.gateway.code(person.phone) != "000000" else "111111")
    press(page, "#otp-submit")
    look(page, f"code-wrong-{language}")
    page.fill("#otp", world.gateway.code(person.phone))
    press(page, "#otp-submit")
    look(page, f"consent-{language}")
    accept, deny = page.locator("#consent-accept").bounding_box(), page.locator("#consent-deny").bounding_box()
    assert accept
    assert deny
    assert accept["height"] == deny["height"]
    press(page, "#consent-accept")
    page.wait_for_selector("#back")
    assert portal.callback(started, page.url)
    page.goto(f"{world.eid.issuer}/account")
    look(page, f"account-{language}")
    for name in ("notices", "requests", "devices", "sharing", "activity"):
        page.goto(f"{world.eid.issuer}/account/{name}")
        look(page, f"account-{name}-{language}")
    page.goto(f"{world.eid.issuer}/account")
    press(page, "#lock")
    look(page, f"account-lock-{language}")
    page.goto(f"{world.eid.issuer}/logout")
    look(page, f"logout-{language}")
    press(page, "#logout-confirm")
    look(page, f"signed-out-{language}")
    faults = [fault for fault in faults if "422" not in fault]
    assert not faults
    context.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_code_and_consent_on_one_screen_can_be_read(
    world: World, chromium: Browser, portal: RelyingParty, language: str
) -> None:
    person = world.person()
    world.eid.register(portal.metadata() | {"consent_with_code": True})
    page = chromium.new_context(java_script_enabled=True, locale=language).new_page()
    page.goto(portal.start(scope="openid phone email", claims=VERIFIED, ui_locales=language).url)
    page.fill("#username", person.personal_id)
    page.fill("#password", person.password)
    press(page, "#login-submit")
    look(page, f"code-and-consent-{language}")
    press(page, "#consent-deny")
    assert "access_denied" in page.url
    page.context.close()
    world.eid.register(portal.metadata())


def test_a_consent_ends_at_the_portal_although_forms_may_only_go_home(
    world: World, chromium: Browser, portal: RelyingParty
) -> None:
    person = world.person()
    context = chromium.new_context(java_script_enabled=False, locale="vi")
    page = context.new_page()
    page.goto(portal.start().url)
    page.fill("#username", person.personal_id)
    page.fill("#password", person.password)
    press(page, "#login-submit")
    page.fill("#otp", world.gateway.code(person.phone))
    press(page, "#otp-submit")
    press(page, "#consent-accept")
    page.wait_for_selector("#back", timeout=5000)
    cookies = {cookie["name"]: cookie for cookie in context.cookies(world.eid.issuer)}
    for name in ("__Host-eid_session", "__Host-eid_browser"):
        assert cookies[name]["secure"]
        assert cookies[name]["httpOnly"]
        assert cookies[name]["sameSite"] == "Lax"
    context.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_page_that_says_no_can_be_read(
    world: World, chromium: Browser, portal: RelyingParty, language: str
) -> None:
    context = chromium.new_context(java_script_enabled=True, locale=language)
    page = context.new_page()
    issuer = world.eid.issuer
    page.goto(f"{issuer}/authorize?client_id=nobody")
    look(page, f"refused-client-{language}")
    page.goto(f"{issuer}/authorize?client_id=browser-portal&redirect_uri=https://evil.example/")
    look(page, f"refused-redirect-{language}")
    page.goto(f"{issuer}/sign-in/unknown")
    look(page, f"refused-over-{language}")
    page.goto(f"{issuer}/nothing-here")
    look(page, f"refused-not-found-{language}")
    page.goto(f"{issuer}/")
    look(page, f"home-{language}")
    for state, reason in (("locked", "card_expired"), ("not_activated", None), ("dead", None)):
        person = world.person(state=state, lock_reason=reason)
        page.goto(portal.start().url)
        page.fill("#username", person.personal_id)
        page.fill("#password", person.password)
        press(page, "#login-submit")
        look(page, f"account-{state}-{language}")
        press(page, "#leave")
        page.wait_for_selector("#back")
    low = world.person(level=1)
    acr = {"id_token": {"acr": {"essential": True, "value": "urn:motcua:acr:eid2"}}}
    page.goto(portal.start(claims=acr).url)
    page.fill("#username", low.personal_id)
    page.fill("#password", low.password)
    press(page, "#login-submit")
    page.fill("#otp", world.gateway.code(low.phone))
    press(page, "#otp-submit")
    look(page, f"level-{language}")
    press(page, "#leave")
    page.wait_for_selector("#back")
    world.register.down = True
    page.goto(portal.start(claims=VERIFIED).url)
    look(page, f"register-unavailable-{language}")
    world.register.down = False
    world.register.answers[low.personal_id] = ("NO_MATCH", "live")
    press(page, "#try-again")
    look(page, f"not-vouched-{language}")
    context.close()
