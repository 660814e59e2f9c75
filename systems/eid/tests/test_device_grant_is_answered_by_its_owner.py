"""RFC 8628: a device shows a code, a person allows it on a page that says what and for whom, tokens come once."""

from __future__ import annotations

import concurrent.futures
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from eid_harness.browser import Browser
from eid_harness.relying_party import RelyingParty
from eid_harness.world import Person, World

from eid.grants import pending
from sandbox.testing import free_port

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture(scope="module")
def kiosk(world: World) -> RelyingParty:
    rp = RelyingParty(
        world.eid.issuer,
        "kiosk",
        "http://kiosk.localhost:9000/cb",
        "kiosk",
        name=("Ki-ốt dịch vụ công", "Public service kiosk"),
        more={"grant_types": [DEVICE, "refresh_token"]},
    )
    world.eid.register(rp.metadata())
    return rp


@pytest.fixture(autouse=True)
def _fresh_limits(world: World) -> Iterator[None]:
    yield
    world.sql("delete from rate_limits")


def asked(kiosk: RelyingParty, **form: str) -> dict[str, Any]:
    answer = kiosk.http.post("/device_authorization", data=kiosk.authenticated(**({"scope": "openid phone"} | form)))
    assert answer.status_code == 200, answer.text
    return answer.json()


def polled(kiosk: RelyingParty, device_code: str) -> httpx.Response:
    return kiosk.token(DEVICE, device_code=device_code)


def typed(world: World, person: Person, user_code: str) -> Browser:
    """At the page of the device, through the sign-in, up to the question."""
    browser = world.browser()
    browser.get("/device")
    browser.submit("user-code-submit", user_code=user_code)
    if browser.page and browser.page.has("login-submit"):
        world.sign_in(browser, person)
    return browser


def aged(world: World, seconds: int = 30) -> None:
    world.sql(f"update pending_requests set polled_at = polled_at - interval '{seconds} seconds'")


def test_a_person_allows_and_the_device_gets_its_tokens(world: World, kiosk: RelyingParty) -> None:
    device, person = asked(kiosk), world.person()
    assert polled(kiosk, device["device_code"]).json()["error"] == "authorization_pending"
    browser = typed(world, person, device["user_code"])
    page = browser.submit("consent-accept", **{"item-phone": "yes"})
    assert page.has("answer-allowed")
    answer = polled(kiosk, device["device_code"]).json()
    claims = kiosk.claims(answer["id_token"])
    assert claims["acr"] == "urn:motcua:acr:eid2"
    assert "sid" not in claims, "the grant belongs to no session of the browser that allowed it"
    told = kiosk.userinfo(answer["access_token"]).json()
    assert told["phone_number"] == "+84" + person.phone[1:]
    browser.get("/account/devices")
    world.sql("update sessions set ended_at = now() where ended_at is null")
    again = kiosk.token("refresh_token", refresh_token=answer["refresh_token"])
    assert again.status_code == 200, "the device goes on when that browser signs out"


def test_the_answer_says_where_to_go_and_how_long(world: World, kiosk: RelyingParty) -> None:
    device = asked(kiosk)
    assert re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", device["user_code"])
    assert device["verification_uri"] == f"{world.eid.issuer}/device"
    assert device["verification_uri_complete"].endswith(f"?user_code={device['user_code']}")
    assert (device["expires_in"], device["interval"]) == (600, 5)
    metadata = kiosk.http.get("/.well-known/openid-configuration").json()
    assert metadata["device_authorization_endpoint"] == f"{world.eid.issuer}/device_authorization"
    assert DEVICE in metadata["grant_types_supported"]


def test_the_page_says_what_is_allowed_and_for_whom(world: World, kiosk: RelyingParty) -> None:
    """Device code phishing: whoever was sent a code sees the code, who asks, what for, and is warned."""
    device = asked(kiosk)
    browser = typed(world, world.person(), device["user_code"])
    assert browser.page is not None
    assert browser.page.soup.find(id="shown-user-code").get_text() == device["user_code"]
    assert "Public service kiosk" in browser.page.text
    assert "Phone number" in browser.page.text
    assert "If somebody sent you the code, do not allow it" in browser.page.text


def test_a_link_with_the_code_in_it_allows_nothing_by_itself(world: World, kiosk: RelyingParty) -> None:
    device, person, browser = asked(kiosk), world.person(), world.browser()
    world.authorize(browser, person)
    page = browser.get(device["verification_uri_complete"])
    assert page.soup.find(id="user_code")["value"] == device["user_code"]
    browser.submit("user-code-submit")
    assert browser.page is not None
    assert browser.page.has("consent-accept"), "signed in already, and asked all the same"
    assert polled(kiosk, device["device_code"]).json()["error"] == "authorization_pending"


def test_a_yes_of_last_week_is_not_a_yes_to_this_device(world: World, kiosk: RelyingParty) -> None:
    person = world.person()
    for _ in range(2):
        browser = typed(world, person, asked(kiosk)["user_code"])
        assert browser.page is not None
        assert browser.page.has("consent-accept")
        browser.submit("consent-accept")


def test_a_no_is_a_no(world: World, kiosk: RelyingParty) -> None:
    device = asked(kiosk)
    browser = typed(world, world.person(), device["user_code"])
    assert browser.submit("consent-deny").has("answer-denied")
    assert polled(kiosk, device["device_code"]).json()["error"] == "access_denied"
    browser = typed(world, world.person(), device["user_code"])
    assert browser.page is not None
    assert browser.page.status == 422, "an answered code is gone"


def test_tokens_come_once_however_many_ask(world: World, kiosk: RelyingParty) -> None:
    other = free_port()
    world.eid.start(f"127.0.0.1:{other}")
    device = asked(kiosk)
    typed(world, world.person(), device["user_code"]).submit("consent-accept")
    polled(kiosk, "unknown")  # for the nonce of the proofs
    forms = [kiosk.authenticated(grant_type=DEVICE, device_code=device["device_code"]) for _ in range(60)]
    proofs = [{"dpop": kiosk.proof("POST", "/token")} for _ in range(60)]
    addresses = [f"{world.eid.issuer}/token", f"http://127.0.0.1:{other}/token"]
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda n: kiosk.http.post(addresses[n % 2], data=forms[n], headers=proofs[n]), range(60))
        )
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 59
    given = next(answer.json() for answer in answers if answer.status_code == 200)
    assert kiosk.userinfo(given["access_token"]).status_code == 401, "used twice: what it gave is revoked"


def test_who_polls_too_fast_is_slowed(world: World, kiosk: RelyingParty) -> None:
    device = asked(kiosk)
    errors = [polled(kiosk, device["device_code"]).json()["error"] for _ in range(2)]
    assert errors == ["authorization_pending", "slow_down"]
    aged(world, 7)
    assert polled(kiosk, device["device_code"]).json()["error"] == "slow_down", "ten seconds now"
    aged(world, 16)
    assert polled(kiosk, device["device_code"]).json()["error"] == "authorization_pending"


def test_it_ends_after_ten_minutes(world: World, kiosk: RelyingParty) -> None:
    device = asked(kiosk)
    browser = typed(world, world.person(), device["user_code"])
    world.sql(
        "update pending_requests set expires_at = now() where code_hash = %s",
        pending.digest("device", device["device_code"]),
    )
    page = browser.submit("consent-accept")
    assert (page.status, page.error_code) == (410, "EID_REQUEST_OVER")
    assert polled(kiosk, device["device_code"]).json()["error"] == "expired_token"


def test_another_clients_device_code_is_worth_nothing(world: World, kiosk: RelyingParty) -> None:
    other = RelyingParty(world.eid.issuer, "tv", "http://tv.localhost:9000/cb", "tv", more={"grant_types": [DEVICE]})
    world.eid.register(other.metadata())
    device = asked(kiosk)
    typed(world, world.person(), device["user_code"]).submit("consent-accept")
    assert polled(other, device["device_code"]).json()["error"] == "invalid_grant"
    assert kiosk.token("urn:openid:params:grant-type:ciba", auth_req_id=device["device_code"]).status_code == 400
    assert polled(kiosk, device["device_code"]).status_code == 200


def test_user_codes_are_not_guessed(world: World, kiosk: RelyingParty) -> None:
    """RFC 8628 5.1: ten wrong codes from one address, then nobody looks at more for a while, not even a right one."""
    device, browser = asked(kiosk), world.browser()
    statuses = []
    for _ in range(12):
        browser.get("/device")
        statuses.append(browser.submit("user-code-submit", user_code="BBBB-BBBB").status)
    assert statuses == [422] * 10 + [429] * 2
    browser.get("/device")
    assert browser.submit("user-code-submit", user_code=device["user_code"]).status == 429


def test_right_codes_cost_no_tries(world: World, kiosk: RelyingParty) -> None:
    person = world.person()
    for _ in range(12):
        browser = typed(world, person, asked(kiosk)["user_code"])
        assert browser.page is not None
        assert browser.page.has("consent-accept")


def test_a_form_from_elsewhere_is_not_believed(world: World, kiosk: RelyingParty) -> None:
    device, browser = asked(kiosk), world.browser()
    browser.get("/device")
    page = browser.post("/device", {"user_code": device["user_code"]}, origin="https://evil.example")
    assert page.error_code == "EID_FORM_REFUSED"


def test_codes_are_stored_as_hashes(world: World, kiosk: RelyingParty) -> None:
    device = asked(kiosk)
    rows = world.sql("select row_to_json(p)::text from pending_requests p")
    for row in rows:
        assert device["device_code"] not in row[0]
        assert device["user_code"].replace("-", "") not in row[0]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"scope": "phone"}, "invalid_scope"),
        ({"scope": "openid address"}, "invalid_scope"),
        ({"resource": "x"}, "invalid_target"),
    ],
)
def test_a_bad_request_is_refused(kiosk: RelyingParty, form: dict[str, str], error: str) -> None:
    answer = kiosk.http.post("/device_authorization", data=kiosk.authenticated(**form))
    assert answer.json()["error"] == error


def test_a_client_without_the_grant_type_is_refused(world: World) -> None:
    answer = world.national.http.post("/device_authorization", data=world.national.authenticated(scope="openid"))
    assert answer.json()["error"] == "unauthorized_client"
