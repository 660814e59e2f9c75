"""Attacks of RFC 9700 and of the field, by their names: which test is each, and those that no other file is about."""

from __future__ import annotations

import base64
import json
import statistics
import time
from pathlib import Path
from typing import Any

import pytest
from eid_harness.relying_party import ASSERTION, RelyingParty
from eid_harness.world import World

from eid.clients import Client, Name, secret
from sandbox import standards

HERE = Path(__file__).stem
ATTACKS = {
    "mix-up": [f"{HERE}::test_mix_up"],
    "code injection": [f"{HERE}::test_code_injection"],
    "code replay": ["test_code_is_single_use::test_reuse_revokes_what_the_code_gave"],
    "PKCE downgrade": [f"{HERE}::test_pkce_downgrade"],
    "redirect_uri parser tricks": [
        "test_redirect_uri_is_compared_exactly::test_a_trick_is_never_followed",
        "test_redirect_uri_is_compared_exactly::test_what_parsers_read_in_two_ways_is_not_registered",
    ],
    "request_uri SSRF": [
        "test_request_objects_speak_for_their_client::test_only_a_registered_address_is_fetched",
        "test_outgoing_calls_reach_no_private_address::test_no_spelling_of_this_machine_is_called",
        "test_outgoing_calls_reach_no_private_address::test_a_name_that_changes_its_mind_gains_nothing",
    ],
    "JWK header injection": [
        "test_client_assertions_are_believed_only_when_all_is_right::test_the_key_is_a_registered_one_never_one_in_the_header"
    ],
    "alg confusion": [
        "test_client_assertions_are_believed_only_when_all_is_right::test_only_es256_is_taken_and_a_public_key_is_no_hmac_secret"
    ],
    "none": [
        "test_client_assertions_are_believed_only_when_all_is_right::test_alg_none_is_refused",
        "test_dpop_proofs_bind_tokens_to_a_key::test_none_and_shared_secrets_and_weak_keys_are_no_proof",
    ],
    "kid traversal": [
        "test_client_assertions_are_believed_only_when_all_is_right::test_kid_is_compared_and_nothing_else"
    ],
    "huge p2c, zip": [
        f"{HERE}::test_a_decryption_bomb_is_never_opened",
        "test_request_objects_come_encrypted_or_by_reference::test_nothing_is_inflated_and_no_extension_is_believed",
    ],
    "DPoP replay": ["test_dpop_proofs_bind_tokens_to_a_key::test_a_proof_counts_once"],
    "cross-JWT confusion": [f"{HERE}::test_cross_jwt_confusion"],
    "session fixation": [
        "test_forms_and_sessions_belong_to_their_browser::test_the_session_cookie_is_new_at_every_sign_in",
        "test_forms_and_sessions_belong_to_their_browser::test_a_victims_browser_cannot_be_put_into_an_attackers_sign_in",
    ],
    "CSRF on login": [
        "test_forms_and_sessions_belong_to_their_browser::test_login_csrf_fails_without_the_token_of_this_browser"
    ],
    "CSRF on consent": ["test_forms_and_sessions_belong_to_their_browser::test_a_form_from_elsewhere_is_refused"],
    "clickjacking": ["test_answers_follow_the_specs::test_no_page_can_be_framed_or_tells_its_address"],
    "open redirect": [f"{HERE}::test_an_answer_goes_nowhere_else"],
    "open redirect at logout": [f"{HERE}::test_open_redirect_at_logout"],
    "timing of client authentication": [f"{HERE}::test_timing_of_client_authentication"],
    "which client exists": [
        "test_clients_prove_themselves_in_one_way::test_an_unknown_client_and_a_wrong_secret_read_alike"
    ],
    "which person exists": [
        "test_password_page_reveals_nothing::test_unknown_wrong_locked_inactive_and_dead_read_alike",
        "test_password_page_reveals_nothing::test_an_unknown_number_costs_one_hash_of_the_same_strength",
    ],
    "guessing one-time codes": [
        "test_second_factor_is_bound_to_its_sign_in::test_a_hundred_tries_at_once_are_five_tries"
    ],
    "guessing user codes": ["test_device_grant_is_answered_by_its_owner::test_user_codes_are_not_guessed"],
    "refresh token replay": [
        "test_refresh_tokens_are_rotated_and_reuse_revokes::test_reuse_after_the_grace_revokes_all"
    ],
    "token and PII in logs": ["test_nothing_personal_leaks::test_a_whole_life_of_a_person_leaves_no_trace_in_the_open"],
    "forged client certificate": [
        "test_certificates_prove_clients_behind_a_trusted_proxy::test_a_forged_certificate_header_proves_nothing"
    ],
}
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
    """Huge p2c, compressed content, padding oracles: no algorithm but the two that we publish a key for is tried."""
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


def test_open_redirect_at_logout(world: World) -> None:
    """RP-Initiated Logout 1.0 3: only a registered address, compared as a string; else the page stays here."""
    browser = world.browser()
    tokens = world.tokens(browser, world.person())
    good = world.national.metadata()["post_logout_redirect_uris"][0]
    for address in ("https://evil.example/", f"{good}../evil", f"{good}@evil.example", good.upper(), "//evil.example"):
        asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": address}
        answer = world.national.http.get("/logout", params=asked)
        assert (answer.status_code, "location" in answer.headers) == (400, False), address


def test_timing_of_client_authentication() -> None:
    """A client that nobody registered, a wrong secret and a nearly right one cost the same work."""
    right = secret.make()
    client = Client(
        client_id="c",
        client_name="c",
        organization=Name("c", "c"),
        sector="s",
        system="sandbox",
        client_secret_hash=secret.digest(right),
    )
    ways = {"unknown": (None, right), "wrong": (client, "x" * len(right)), "near": (client, f"{right[:-1]}*")}
    took: dict[str, list[int]] = {name: [] for name in ways}
    for _ in range(3000):
        for name, (who, guess) in ways.items():
            began = time.perf_counter_ns()
            assert not secret.matches(who, guess, now=0)
            took[name].append(time.perf_counter_ns() - began)
    medians = {name: statistics.median(each) for name, each in took.items()}
    assert max(medians.values()) < 1.5 * min(medians.values()), medians


def test_every_attack_has_its_test() -> None:
    known = standards.known_tests(Path(__file__).parents[3])
    missing = {name: [test for test in tests if test not in known] for name, tests in ATTACKS.items()}
    assert not [found for found in missing.values() if found], missing
