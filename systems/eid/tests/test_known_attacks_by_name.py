"""Attacks of RFC 9700 and of the field, by their names, where no other file is about them.

Elsewhere: redirect_uri tricks (test_redirect_uri_is_compared_exactly), alg confusion, none, kid traversal and header
injection (test_client_assertions_…, test_dpop_…), DPoP replay and downgrade (test_dpop_…), forged certificates
(test_certificates_…), code reuse (test_code_is_single_use), session fixation and CSRF (test_forms_and_sessions_…).
"""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from eid_harness.relying_party import ASSERTION, RelyingParty
from eid_harness.world import World

SCRIPT = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def plain(world: World) -> RelyingParty:
    """A client of the lenient profile, where attacks have the most room."""
    rp = RelyingParty(
        world.eid.issuer, "plain", "http://national.localhost:8603/vneid/tro-ve", "plain", more={"profile": "oidc"}
    )
    world.eid.register(rp.metadata())
    return rp


def jwe_shaped(**header: Any) -> str:
    """Five segments: what a decryption bomb looks like."""
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return ".".join([head, *("A" * 43,) * 4])


def test_mix_up(world: World) -> None:
    """RFC 9207: every answer, also every error, says who gives it."""
    browser, person = world.browser(), world.person()
    world.authorize(browser, person)
    for more in ({"prompt": "none"}, {"prompt": "none", "max_age": "1"}):
        time.sleep(1.1)
        browser.get(world.national.start(**more).url)
        assert world.national.response(browser.landed)["iss"] == world.eid.issuer


def test_code_injection(world: World, plain: RelyingParty) -> None:
    """A stolen code in the attacker's own session: its verifier is not the victim's, its client is not either."""
    browser = world.browser()
    started = world.authorize(browser, world.person())
    code = world.national.callback(started, browser.landed)
    assert plain.redeem(code, started.verifier).json()["error"] == "invalid_grant"
    attacker = world.national.start()
    assert world.national.redeem(code, attacker.verifier).json()["error"] == "invalid_grant"
    assert world.national.redeem(code, started.verifier).json()["error"] == "invalid_grant", "and then it is burnt"


def test_pkce_downgrade(world: World, plain: RelyingParty) -> None:
    """RFC 9700 4.8.2: the challenge is stripped on the way; the client's verifier gives the attacker away."""
    browser, person = world.browser(), world.person()
    started = world.authorize(browser, person, plain, code_challenge=None, code_challenge_method=None)
    code = plain.callback(started, browser.landed)
    assert plain.redeem(code, started.verifier).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "PBES2-HS512+A256KW", "enc": "A256GCM", "p2c": 2**31 - 1, "p2s": "AAAA"},
        {"alg": "dir", "enc": "A256GCM", "zip": "DEF"},
        {"alg": "RSA1_5", "enc": "A128CBC-HS256"},
    ],
)
def test_a_decryption_bomb_is_never_opened(world: World, plain: RelyingParty, header: dict[str, Any]) -> None:
    """Huge p2c, compressed content, padding oracles: nothing that comes from outside is decrypted."""
    text, rp, began = jwe_shaped(**header), plain, time.perf_counter()
    form = rp.parameters()[0] | {"client_id": "plain", "client_assertion_type": ASSERTION, "client_assertion": text}
    assert rp.http.post("/par", data=form).json()["error"] == "invalid_client"
    assert rp.push(request=text).json()["error"] == "invalid_request_object"
    good = rp.authenticated(grant_type="authorization_code", code="x")
    assert rp.http.post("/token", data=good, headers={"dpop": text}).json()["error"] == "invalid_dpop_proof"
    assert rp.http.get("/userinfo", headers={"authorization": f"Bearer {text}"}).status_code == 401
    assert time.perf_counter() - began < 20


def test_cross_jwt_confusion(world: World) -> None:
    """Every kind of token in every other place is worth nothing."""
    rp, browser = world.national, world.browser()
    got = world.tokens(browser, world.person())
    tokens = {
        "access_token": got["access_token"],
        "id_token": got["id_token"],
        "assertion": rp.assertion(),
        "proof": rp.proof("GET", "/userinfo"),
    }
    for name, token in tokens.items():
        if name != "access_token":
            assert rp.userinfo(token).status_code == 401, name
        if name != "assertion":
            form = rp.parameters()[0] | {"client_id": "national", "client_assertion_type": ASSERTION}
            answer = rp.http.post("/par", data=form | {"client_assertion": token})
            assert answer.json()["error"] == "invalid_client", name
        assert rp.push(request=token).json()["error"] == "invalid_request_object", name
        good = rp.authenticated(grant_type="authorization_code", code="x", code_verifier="v" * 43)
        assert rp.http.post("/token", data=good, headers={"dpop": token}).json()["error"] == "invalid_dpop_proof", name


def test_script_in_an_answer(world: World) -> None:
    """form_post puts the client's words on our page: as text, never as markup."""
    browser = world.browser()
    browser.get(world.national.start(prompt="none", response_mode="form_post", state=SCRIPT).url)
    assert browser.page is not None
    field = browser.page.soup.find("input", {"name": "state"})
    assert field is not None
    assert field["value"] == SCRIPT
    assert SCRIPT not in browser.page.response.text


def test_an_answer_goes_nowhere_else(world: World, plain: RelyingParty) -> None:
    """Open redirector (RFC 9700 4.11): an error before the address is verified stays on our page."""
    for address in ("https://evil.example/", plain.redirect_uri + "/../evil", plain.redirect_uri + "@evil.example"):
        form, _ = plain.parameters(redirect_uri=address, response_type="nonsense")
        browser = world.browser()
        browser.get("/authorize?" + "&".join(f"{k}={v}" for k, v in (form | {"client_id": "plain"}).items()))
        assert not browser.landed
        assert browser.page is not None
        assert browser.page.error_code == "EID_REDIRECT_URI"
