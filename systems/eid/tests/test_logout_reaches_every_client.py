"""RP-Initiated Logout 1.0 and Back-Channel Logout 1.0."""

from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from eid_harness.world import World
from joserfc import jwt
from joserfc.jwk import KeySet

EVENT = "http://schemas.openid.net/event/backchannel-logout"


def read(world: World, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    keys = KeySet.import_key_set(world.national.http.get("/jwks").json())
    decoded = jwt.decode(token, keys, algorithms=["ES256"])
    return decoded.header, decoded.claims


def test_a_hint_of_this_session_ends_it_at_once_and_both_portals_hear(world: World) -> None:
    person, browser = world.person(), world.browser()
    national = world.tokens(browser, person, world.national)
    province = world.tokens(browser, person, world.province)
    before = len(world.logout.received)
    home = world.national.metadata()["post_logout_redirect_uris"][0]
    query = {"id_token_hint": national["id_token"], "post_logout_redirect_uri": home, "state": "s 1"}
    browser.get(f"/logout?{urlencode(query)}")
    assert browser.landed == f"{home}?state=s+1"
    assert "__Host-eid_session" not in browser.cookies
    tokens = world.logout.wait_for(before + 2)[before:]
    told = {claims["aud"]: (header, claims) for header, claims in (read(world, token) for token in tokens)}
    for client_id, got in (("national", national), ("quangtri", province)):
        header, claims = told[client_id]
        assert header["typ"] == "logout+jwt"
        assert (claims["sub"], claims["sid"]) == (got["claims"]["sub"], got["claims"]["sid"])
        assert claims["events"] == {EVENT: {}}
        assert "nonce" not in claims
    assert world.national.userinfo(national["access_token"]).status_code == 401
    assert browser.get("/account").has("login-submit")


def test_a_client_that_is_away_hears_later(world: World) -> None:
    person, browser = world.person(), world.browser()
    got = world.tokens(browser, person)
    before = len(world.logout.received)
    world.logout.answer = lambda path, body: 503
    browser.get(f"/logout?{urlencode({'id_token_hint': got['id_token']})}")
    world.logout.wait_for(before + 1)
    world.logout.answer = lambda path, body: 200
    tokens = world.logout.wait_for(before + 2)
    assert read(world, tokens[before])[1]["sid"] == read(world, tokens[before + 1])[1]["sid"] == got["claims"]["sid"]
    time.sleep(0.3)
    assert world.sql("select count(*) from logout_queue where delivered_at is null and given_up_at is null")[0][0] == 0


def test_an_account_that_is_locked_loses_its_sessions_and_the_portals_hear(world: World) -> None:
    person, browser = world.person(), world.browser()
    got = world.tokens(browser, person)
    before = len(world.logout.received)
    world.eid.import_people(person.line(state="locked", lock_reason="card_expired"))
    tokens = world.logout.wait_for(before + 1)[before:]
    assert got["claims"]["sid"] in {read(world, token)[1]["sid"] for token in tokens}
    assert world.national.userinfo(got["access_token"]).status_code == 401
    assert browser.get("/account").has("login-submit")


def test_without_a_hint_the_person_is_asked(world: World) -> None:
    person, browser = world.person(), world.browser()
    world.tokens(browser, person)
    page = browser.get("/logout?client_id=national")
    assert page.has("logout-confirm")
    assert browser.get("/account").status == 200
    assert not browser.page.has("login-submit")
    browser.get("/logout")
    browser.submit("logout-confirm")
    assert "You are signed out" in browser.page.text
    assert browser.get("/account").has("login-submit")


def test_a_hint_of_another_session_is_not_enough(world: World) -> None:
    """Logout CSRF: somebody else's ID token ends nobody's session."""
    person, browser, other = world.person(), world.browser(), world.browser()
    foreign = world.tokens(other, world.person())["id_token"]
    world.tokens(browser, person)
    assert browser.get(f"/logout?{urlencode({'id_token_hint': foreign})}").has("logout-confirm")
    assert not browser.get("/account").has("login-submit")


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "http://national.localhost:8603/vneid/", "//evil.example", "javascript:alert(1)"],
)
def test_nobody_is_sent_to_an_unregistered_address(world: World, target: str) -> None:
    person, browser = world.person(), world.browser()
    got = world.tokens(browser, person)
    wanted = target if "national" not in target else target + "x"
    for extra in ({"id_token_hint": got["id_token"]}, {"client_id": "national"}, {}):
        page = browser.get(f"/logout?{urlencode({'post_logout_redirect_uri': wanted} | extra)}")
        assert (page.status, page.error_code, browser.landed) == (400, "EID_REDIRECT_URI", "")
    assert not browser.get("/account").has("login-submit")


def test_a_hint_that_we_did_not_sign_is_refused(world: World) -> None:
    forged = jwt.encode(
        {"alg": "ES256", "typ": "JWT"}, {"iss": world.eid.issuer, "aud": "national"}, world.national.key
    )
    page = world.browser().get(f"/logout?{urlencode({'id_token_hint': forged})}")
    assert (page.status, page.error_code) == (400, "EID_REQUEST_INVALID")


def test_signed_out_already_the_way_back_still_works(world: World) -> None:
    home = world.national.metadata()["post_logout_redirect_uris"][0]
    browser = world.browser()
    browser.get(f"/logout?{urlencode({'client_id': 'national', 'post_logout_redirect_uri': home})}")
    assert browser.landed == home


def test_confirming_needs_a_form_of_ours(world: World) -> None:
    person, browser = world.person(), world.browser()
    world.tokens(browser, person)
    assert browser.post("/logout/confirm", {"form_token": secrets.token_hex(32)}).status == 403
    assert not browser.get("/account").has("login-submit")
