"""Core 5.3, RFC 6750, IDA 1.0 and RP-Initiated Logout 1.0: what /userinfo and /logout answer, to whom, and how."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import httpx
import pytest
from eid_harness.browser import Browser
from eid_harness.relying_party import VERIFIED, RelyingParty
from eid_harness.world import Person, World

# RFC 9110 11.2 and RFC 6750 3: scheme, then name="value" parted by commas.
CHALLENGE = re.compile(r'(?:Bearer|DPoP)(?: [a-z_]+="[\x20-\x21\x23-\x5b\x5d-\x7e]*"(?:, ?[a-z_]+="[^"\\]*")*)?')
VERIFICATION = {"trust_framework": {"value": "vn_eid"}}


@pytest.fixture(scope="module")
def told(world: World) -> tuple[Person, Browser, dict[str, Any]]:
    """A person, the browser, and a token response with everything consented."""
    person, browser = world.person(), world.browser()
    started = world.national.start(claims=VERIFIED, scope="openid phone")
    browser.get(started.url)
    world.sign_in(browser, person)
    browser.submit("consent-accept", **{"item-phone": "yes"})
    answer = world.national.redeem(world.national.callback(started, browser.landed), started.verifier).json()
    return person, browser, answer | {"claims": world.national.id_token(answer["id_token"], started)}


def ask(world: World, method: str = "GET", **more: Any) -> httpx.Response:
    return world.national.http.request(method, "/userinfo", **more)


def test_userinfo_is_about_the_same_sub(world: World, told: tuple[Person, Browser, dict[str, Any]]) -> None:
    got = world.national.userinfo(told[2]["access_token"])
    assert got.status_code == 200
    assert got.headers["content-type"].startswith("application/json")
    assert got.headers["cache-control"] == "no-store"
    assert got.json()["sub"] == told[2]["claims"]["sub"]


def test_userinfo_takes_get_and_post(world: World, told: tuple[Person, Browser, dict[str, Any]]) -> None:
    token = told[2]["access_token"]
    answers = [ask(world, way, headers=world.national.use_headers(token, method=way)) for way in ("GET", "POST")]
    assert answers[0].json() == answers[1].json()
    spoilt = world.national.use_headers(token)
    assert ask(world, headers=spoilt | {"authorization": spoilt["authorization"].lower()}).status_code == 401
    small = world.national.use_headers(token)
    small["authorization"] = small["authorization"].replace("DPoP", "dpop")
    assert ask(world, "GET", headers=small).status_code == 200  # RFC 9110 11.1: schemes know no case


def test_claims_have_the_forms_of_core_5_1(world: World, told: tuple[Person, Browser, dict[str, Any]]) -> None:
    got = world.national.userinfo(told[2]["access_token"]).json()
    verified = got["verified_claims"]["claims"]
    assert re.fullmatch(r"\+84\d{9}", got["phone_number"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d|\d{4}", verified["birthdate"])
    assert verified["gender"] in {"female", "male"}
    assert verified["name"] == told[0].full_name  # UTF-8, as it stands in the register


def test_claims_without_a_value_are_left_out(world: World) -> None:
    person, browser = world.person(level=2, phone_since="2023-01-01"), world.browser()
    answer = world.tokens(browser, person)
    got = world.national.userinfo(answer["access_token"]).json()
    assert not [name for name, value in got.items() if value in (None, "", [], {})]
    assert "phone_number" not in got


def test_verified_claims_are_whole_or_left_out(world: World, told: tuple[Person, Browser, dict[str, Any]]) -> None:
    verified = world.national.userinfo(told[2]["access_token"]).json()["verified_claims"]
    assert set(verified) == {"verification", "claims"}
    assert verified["claims"]
    assert verified["verification"]["trust_framework"] == "vn_eid"
    assert datetime.fromisoformat(verified["verification"]["time"].replace("Z", "+00:00")).tzinfo is not None
    for piece in verified["verification"]["evidence"]:
        assert piece["type"] == "electronic_record"
        assert all(detail["check_method"] for detail in piece["check_details"])
        assert piece["record"]["type"]
    for asked in ({}, {"verification": VERIFICATION}, {"verification": VERIFICATION, "claims": {}}):
        got = world.national.push(**world.national.parameters(claims={"userinfo": {"verified_claims": asked}})[0])
        assert got.status_code == 201 or got.json()["error"] == "invalid_request"


def test_userinfo_wants_a_good_token(world: World, told: tuple[Person, Browser, dict[str, Any]]) -> None:
    bare = ask(world)
    assert (bare.status_code, "error" in bare.headers["www-authenticate"]) == (401, False)
    for token in ("x", "a.b.c", told[2]["id_token"], told[2]["access_token"][:-2], told[2]["access_token"] + "A"):
        got = world.national.userinfo(token)
        assert got.status_code == 401
        assert 'error="invalid_token"' in got.headers["www-authenticate"]
    for value in ("Basic YTpi", "Token", "Bearer", f"Token {told[2]['access_token']}"):
        assert ask(world, headers={"authorization": value}).status_code == 401


def test_a_token_in_the_address_or_given_twice_is_refused(
    world: World, told: tuple[Person, Browser, dict[str, Any]]
) -> None:
    token = told[2]["access_token"]
    assert ask(world, params={"access_token": token}).status_code in {400, 401}
    twice = world.national.http.get("/userinfo", headers=[("authorization", f"Bearer {token}")] * 2)
    assert twice.status_code in {400, 401}


def test_challenges_can_be_parsed(world: World) -> None:
    for answer in (ask(world), world.national.userinfo("x")):
        for challenge in answer.headers.get_list("www-authenticate"):
            assert CHALLENGE.fullmatch(challenge), challenge


def test_logout_takes_get_and_post(world: World) -> None:
    for method in ("get", "post"):
        person, browser = world.person(), world.browser()
        hint = world.tokens(browser, person)["id_token"]
        form = {"id_token_hint": hint, "ui_locales": "en xx", "logout_hint": "anything"}
        if method == "get":
            browser.get("/logout?" + str(httpx.QueryParams(form)))
        else:
            browser.post("/logout", form, origin="http://national.localhost:8603")
        assert browser.page is not None
        assert browser.page.url.endswith("/logout/done")


def test_an_expired_id_token_still_hints(world: World) -> None:
    """Made with the provider's own key, of an hour ago: the session it names is still open."""
    from pathlib import Path

    from eid.keys import KeyRing
    from eid.tokens import issue

    person, browser = world.person(), world.browser()
    claims = world.tokens(browser, person)["claims"]
    old = issue.id_token(
        KeyRing(Path(world.eid.environment["EID_KEYS_DIR"])).current,
        issuer=claims["iss"], sub=claims["sub"], client_id=claims["aud"], nonce=None, auth_time=claims["auth_time"],
        acr=claims["acr"], amr=tuple(claims["amr"]), sid=claims["sid"], now=claims["iat"] - 3600,
    )  # fmt: skip
    browser.get(world.national.start(prompt="none", id_token_hint=old).url)
    assert "code=" in browser.landed
    browser.get("/logout?" + str(httpx.QueryParams({"id_token_hint": old})))
    assert browser.page is not None
    assert browser.page.url.endswith("/logout/done")


def test_logout_of_another_clients_hint_is_refused(world: World) -> None:
    person, browser = world.person(), world.browser()
    hint = world.tokens(browser, person)["id_token"]
    page = browser.get("/logout?" + str(httpx.QueryParams({"id_token_hint": hint, "client_id": "quangtri"})))
    assert page.status == 400
    browser.get(world.national.start(prompt="none").url)
    assert "code=" in browser.landed  # still signed in


def test_the_way_back_from_logout_keeps_state(world: World) -> None:
    person, browser = world.person(), world.browser()
    hint, back = world.tokens(browser, person)["id_token"], world.national.metadata()["post_logout_redirect_uris"][0]
    state = "s/đ &=+%"
    browser.get(
        "/logout?" + str(httpx.QueryParams({"id_token_hint": hint, "post_logout_redirect_uri": back, "state": state}))
    )
    landed = httpx.URL(browser.landed)
    assert str(landed.copy_with(query=None)) == back
    assert dict(landed.params) == {"state": state}


def test_a_token_comes_in_one_way_and_never_in_an_address(
    world: World, told: tuple[Person, Browser, dict[str, Any]]
) -> None:
    """RFC 6750 2: header or posted form, not both; a form only when it says that it is one (2.2)."""
    rp = RelyingParty(
        world.eid.issuer, "bearer", world.national.redirect_uri, "bearer", more={"profile": "oidc"} | ES256
    )
    world.eid.register(rp.metadata())
    started = world.authorize(told[1], told[0], rp)
    redeeming = {"code": rp.callback(started, told[1].landed), "code_verifier": started.verifier}
    redeeming |= {"grant_type": "authorization_code", "redirect_uri": rp.redirect_uri}
    token = rp.http.post("/token", data=rp.authenticated(**redeeming)).json()["access_token"]
    address, bearer = f"{world.eid.issuer}/userinfo", {"authorization": f"Bearer {token}"}
    posted = rp.http.post(address, data={"access_token": token})
    assert (posted.status_code, posted.json()["sub"]) == (200, rp.http.get(address, headers=bearer).json()["sub"])
    for twice in (
        rp.http.post(address, data={"access_token": token}, headers=bearer),
        rp.http.get(address, params={"access_token": token}, headers=bearer),
        rp.http.get(address, params={"access_token": token}),
    ):
        assert (twice.status_code, twice.json()["error"]) == (400, "invalid_request")
    form = f"access_token={token}".encode()
    assert rp.http.post(address, content=form, headers={"content-type": "text/plain"}).status_code == 401
    assert rp.http.request("GET", address, data={"access_token": token}).status_code == 401
    bound = rp.http.post(address, data={"access_token": told[2]["access_token"]})
    assert bound.status_code == 401, "a bound token is no bearer token, whichever way it comes"


ES256 = {"id_token_signed_response_alg": "ES256"}
