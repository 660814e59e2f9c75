"""Response modes: query, form_post, and JARM, the answer in a JWT that the client can check."""

from __future__ import annotations

import time
from typing import Any

import pytest
from eid_harness.browser import Browser
from eid_harness.relying_party import RelyingParty
from eid_harness.world import World
from joserfc import jwt
from joserfc.jwk import KeySet

from eid.clients import register
from eid.grants.response import reply_to

RP = RelyingParty("https://eid.example", "jarm", "http://national.localhost:8603/vneid/tro-ve", "portal-jarm")


@pytest.fixture(scope="module")
def jarm(world: World) -> RelyingParty:
    rp = RelyingParty(
        world.eid.issuer, "jarm", RP.redirect_uri, "portal-jarm", more={"authorization_signed_response_alg": "ES256"}
    )
    world.eid.register(rp.metadata())
    return rp


def opened(rp: RelyingParty, text: str) -> dict[str, Any]:
    """As JARM 2.4 asks a client to."""
    claims = jwt.decode(text, KeySet.import_key_set(rp.http.get("/jwks").json()), algorithms=["ES256"]).claims
    assert (claims["iss"], claims["aud"]) == (rp.issuer, rp.client_id)
    assert time.time() < claims["exp"] < time.time() + 600
    return claims


def test_a_client_registered_for_signed_answers_gets_no_others() -> None:
    """Nobody who tampers with a request talks the provider out of the signature."""
    client = register(RP.metadata() | {"authorization_signed_response_alg": "ES256"})
    for asked, mode in ((None, "query.jwt"), ("query", "query.jwt"), ("form_post", "form_post.jwt"),
                        ("jwt", "query.jwt"), ("fragment", "query.jwt")):  # fmt: skip
        assert reply_to(client, "https://a.example/", None, asked).mode == mode
    assert reply_to(register(RP.metadata()), "https://a.example/", None, None).mode == "query"


def test_code_and_errors_come_signed(world: World, jarm: RelyingParty) -> None:
    browser, person = world.browser(), world.person()
    started = world.authorize(browser, person, jarm)
    outside = jarm.response(browser.landed)
    assert set(outside) == {"response"}, "nothing of the answer stands outside the JWT"
    answer = opened(jarm, outside["response"])
    assert answer["state"] == started.state
    assert jarm.redeem(answer["code"], started.verifier).status_code == 200
    silent = jarm.start(prompt="none", max_age="1")
    time.sleep(1.1)
    browser.get(silent.url)
    assert opened(jarm, jarm.response(browser.landed)["response"])["error"] == "login_required"


def posted(world: World, browser: Browser) -> tuple[str, dict[str, str]]:
    """What the page would post, and where."""
    assert browser.page is not None
    form = browser.page.soup.find(id="form-post")
    assert form is not None
    assert form["method"] == "post"
    origin = "http://national.localhost:8603"
    assert f"form-action 'self' {origin}" in browser.page.response.headers["content-security-policy"]
    return form["action"], {field["name"]: field["value"] for field in form.find_all("input")}


@pytest.mark.parametrize("mode", ["form_post", "form_post.jwt"])
def test_the_browser_brings_it_in_a_form(world: World, mode: str) -> None:
    browser, person, rp = world.browser(), world.person(), world.national
    started = rp.start(response_mode=mode)
    browser.get(started.url)
    world.sign_in(browser, person)
    browser.submit("consent-accept")
    action, fields = posted(world, browser)
    assert action == rp.redirect_uri
    answer = opened(rp, fields["response"]) if mode.endswith(".jwt") else fields
    assert (answer["state"], answer["iss"]) == (started.state, rp.issuer)
    assert rp.redeem(answer["code"], started.verifier).status_code == 200


def test_a_mode_that_is_not_offered_is_refused(world: World) -> None:
    for mode in ("fragment", "fragment.jwt", "web_message", "x"):
        form, _ = world.national.parameters(response_mode=mode)
        assert world.national.push(**form).json()["error"] == "invalid_request"


def test_an_old_client_gets_its_id_token_as_rs256(world: World) -> None:
    rp = RelyingParty(world.eid.issuer, "old", RP.redirect_uri, "portal-old", more={"profile": "oidc"})
    world.eid.register(rp.metadata())
    browser, person = world.browser(), world.person()
    started = world.authorize(browser, person, rp)
    answer = rp.redeem(rp.callback(started, browser.landed), started.verifier).json()
    keys = KeySet.import_key_set(rp.http.get("/jwks").json())
    token = jwt.decode(answer["id_token"], keys, algorithms=["RS256"])
    assert (token.header["alg"], token.claims["nonce"]) == ("RS256", started.nonce)
    again = rp.start(prompt="none", id_token_hint=answer["id_token"])
    browser.get(again.url)
    assert "code" in rp.response(browser.landed)


def test_the_form_is_not_kept_and_what_it_holds_is_no_markup(world: World) -> None:
    """Form Post 2 and 4: a state is anything that a client likes to write."""
    state = """"><script>alert(1)</script>'&amp;<input name=code value=x>"""
    browser, rp = world.browser(), world.national
    browser.get(rp.start(response_mode="form_post", prompt="none", state=state).url)
    action, fields = posted(world, browser)
    assert (action, fields["state"], fields["error"]) == (rp.redirect_uri, state, "login_required")
    assert browser.page is not None
    assert browser.page.response.headers["cache-control"] == "no-store"
    assert "<script>alert" not in browser.page.response.text
    assert "unsafe" not in browser.page.response.headers["content-security-policy"]
