"""The pages of the device grant and of CIBA in Chromium: readable at every width, in both languages, without script."""

from __future__ import annotations

import json

import pytest
from eid_harness.chromium import look
from eid_harness.relying_party import VERIFIED, RelyingParty
from eid_harness.world import Person, World
from playwright.sync_api import Browser, Page

from sandbox.browsing import press

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
CIBA = "urn:openid:params:grant-type:ciba"


@pytest.fixture(scope="module")
def clinic(world: World) -> RelyingParty:
    rp = RelyingParty(
        world.eid.issuer,
        "browser-clinic",
        "http://clinic.localhost:9000/cb",
        "browser-clinic",
        system="province",
        name=("Bệnh viện đa khoa tỉnh Quảng Trị", "Quảng Trị General Hospital"),
        more={
            "profile": "oidc",
            "id_token_signed_response_alg": "ES256",
            "grant_types": [DEVICE, CIBA],
            "backchannel_token_delivery_mode": "poll",
        },
    )
    world.eid.register(rp.metadata())
    return rp


def sign_in(world: World, page: Page, person: Person) -> None:
    page.fill("#username", person.personal_id)
    page.fill("#password", person.password)
    press(page, "#login-submit")
    page.fill("#otp", world.gateway.code(person.phone))
    press(page, "#otp-submit")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_device_is_allowed(world: World, chromium: Browser, clinic: RelyingParty, language: str) -> None:
    person = world.person()
    form = clinic.authenticated(scope="openid phone", claims=json.dumps(VERIFIED))
    device = clinic.http.post("/device_authorization", data=form).json()
    page = chromium.new_context(java_script_enabled=True, locale=language).new_page()
    page.goto(f"{world.eid.issuer}/device")
    look(page, f"device-{language}")
    page.fill("#user_code", "BBBB-BBBB")
    press(page, "#user-code-submit")
    look(page, f"device-unknown-{language}")
    page.fill("#user_code", device["user_code"].lower())
    press(page, "#user-code-submit")
    sign_in(world, page, person)
    look(page, f"device-consent-{language}")
    press(page, "#consent-accept")
    look(page, f"answered-{language}")
    assert page.locator("#answer-allowed").count() == 1
    page.context.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_request_is_seen_and_denied(world: World, chromium: Browser, clinic: RelyingParty, language: str) -> None:
    person = world.person()
    words = "Đơn thuốc 12-07, bác sĩ Hồ Thị Mẫu"
    for _ in range(2):
        form = clinic.authenticated(scope="openid phone", login_hint=person.personal_id, binding_message=words)
        assert clinic.http.post("/bc-authorize", data=form).status_code == 200
    page = chromium.new_context(java_script_enabled=True, locale=language).new_page()
    page.goto(f"{world.eid.issuer}/account/requests")
    sign_in(world, page, person)
    look(page, f"requests-{language}")
    press(page, "#request-open-1")
    look(page, f"ciba-consent-{language}")
    press(page, "#consent-deny")
    look(page, f"answered-denied-{language}")
    page.goto(f"{world.eid.issuer}/account/requests")
    press(page, "#request-deny-1")
    page.goto(f"{world.eid.issuer}/account/requests")
    look(page, f"requests-none-{language}")
    page.context.close()
