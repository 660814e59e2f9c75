"""DPoP (RFC 9449): every check of section 4.3, nonces, and a token that is worth nothing without its key."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
import warnings
from dataclasses import replace
from typing import Any

import pytest
from eid_harness.relying_party import RelyingParty, new_key
from eid_harness.world import World
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import RSAKey

from eid.oidc import algorithms, dpop
from eid.oidc.errors import InvalidDpopProof, UseDpopNonce

ISSUER = "https://eid.example"
NONCES = dpop.Nonces(b"secret" * 6)
NOW = int(time.time())


@pytest.fixture(autouse=True)
def _now() -> None:
    """Each test has its own "now": a long run is older than a proof may be."""
    global NOW
    NOW = int(time.time())


def rp() -> RelyingParty:
    made = RelyingParty(ISSUER, "national", "https://portal.example/cb", "portal")
    made.nonce = NONCES.current(NOW)
    return made


def prove(text: str, **more: Any) -> dpop.Proof:
    facts: dict[str, Any] = {
        "method": "POST",
        "addresses": (f"{ISSUER}/token",),
        "algorithms": algorithms.STRONG,
        "now": NOW,
        "nonces": NONCES,
        "nonce_needed": True,
    }
    return dpop.prove(text, **(facts | more))


def refused(text: str, **more: Any) -> bool:
    try:
        prove(text, **more)
    except InvalidDpopProof:
        return True
    return False


def segment(document: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def test_a_right_proof_names_its_key() -> None:
    client = rp()
    proof = prove(client.proof("POST", "/token"))
    assert proof.jkt == client.dpop_key.thumbprint()
    assert proof.expires_at > NOW


def test_the_type_is_dpop_jwt() -> None:
    """Cross-JWT confusion: an assertion, an ID token or anything else is no proof."""
    for typ in ("JWT", "at+jwt", "dpop", ""):
        assert refused(rp().proof("POST", "/token", header={"typ": typ}))
    assert refused(rp().assertion())


def test_it_is_for_this_request() -> None:
    client = rp()
    assert refused(client.proof("GET", "/token"))
    assert refused(client.proof("post", "/token"))
    assert refused(client.proof("POST", "/par"))
    for htu in ("https://evil.example/token", "http://eid.example/token", "https://eid.example:8443/token",
                "https://x@eid.example/token", "https://eid.example/token/", "/token", "", "https://[::1"):  # fmt: skip
        assert refused(client.proof("POST", "", htu=htu)), htu


def test_htu_is_compared_without_query_and_in_its_normal_form() -> None:
    client = rp()
    for htu in (f"{ISSUER}/token?x=1", f"{ISSUER}/token#x", "HTTPS://EID.example:443/token"):
        assert prove(client.proof("POST", "", htu=htu)).jkt


def test_it_is_fresh() -> None:
    client = rp()
    assert refused(client.proof("POST", "/token", iat=NOW - dpop.OLDEST))
    assert refused(client.proof("POST", "/token", iat=NOW + dpop.SKEW + 1))
    assert prove(client.proof("POST", "/token", iat=NOW + 10))  # FAPI 2.0: clocks of clients run ahead
    for claim in ("iat", "jti", "htm", "htu"):
        assert refused(client.proof("POST", "/token", **{claim: None}))
    assert refused(client.proof("POST", "/token", jti=""))


def test_the_nonce_is_ours_and_of_this_time() -> None:
    client = rp()
    for nonce in (None, "", "x", NONCES.current(NOW)[:-1] + "A", dpop.Nonces(b"other").current(NOW)):
        client.nonce = nonce
        with pytest.raises(UseDpopNonce) as caught:
            prove(client.proof("POST", "/token"))
        assert caught.value.nonce == NONCES.current(NOW)
    for age, good in ((0, True), (dpop.NONCE_WINDOW, True), (2 * dpop.NONCE_WINDOW, False)):
        client.nonce = NONCES.current(NOW - age)
        assert refused(client.proof("POST", "/token")) is not good


def test_a_profile_may_leave_the_nonce_out() -> None:
    client = rp()
    client.nonce = None
    assert prove(client.proof("POST", "/token"), nonce_needed=False)


def test_ath_is_the_hash_of_the_token() -> None:
    client = rp()
    good = base64.urlsafe_b64encode(hashlib.sha256(b"token").digest()).rstrip(b"=").decode()
    assert prove(client.proof("POST", "/token", ath=good), access_token="token")
    assert refused(client.proof("POST", "/token", ath=good), access_token="another")
    assert refused(client.proof("POST", "/token"), access_token="token")


def test_the_signature_is_the_headers_key() -> None:
    client, other = rp(), new_key()
    assert refused(client.proof("POST", "/token", header={"jwk": other.as_dict(private=False)}))
    signed, _, signature = client.proof("POST", "/token").rpartition(".")
    assert refused(f"{signed}.{'A' + signature[1:] if signature[0] != 'A' else 'B' + signature[1:]}")
    assert refused(signed + ".")


def test_a_private_key_in_the_header_is_refused() -> None:
    key = new_key()
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.as_dict(private=True)}
    claims = {"jti": secrets.token_hex(8), "htm": "POST", "htu": f"{ISSUER}/token", "iat": NOW}
    assert refused(jwt.encode(header, claims | {"nonce": NONCES.current(NOW)}, key))


def test_none_and_shared_secrets_and_weak_keys_are_no_proof() -> None:
    claims = {"jti": "x", "htm": "POST", "htu": f"{ISSUER}/token", "iat": NOW, "nonce": NONCES.current(NOW)}
    jwk = new_key().as_dict(private=False)
    for alg in ("none", "HS256", "RS256"):
        assert refused(f"{segment({'typ': 'dpop+jwt', 'alg': alg, 'jwk': jwk})}.{segment(claims)}.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        small = RSAKey.generate_key(1024)
    header = {"typ": "dpop+jwt", "alg": "PS256", "jwk": small.as_dict(private=False)}
    assert refused(jwt.encode(header, claims, small, algorithms=["PS256"]))
    octets = {"kty": "oct", "k": "AA"}
    assert refused(f"{segment({'typ': 'dpop+jwt', 'alg': 'ES256', 'jwk': octets})}.{segment(claims)}.AA")


loose_headers = st.dictionaries(
    st.sampled_from(["typ", "alg", "jwk", "crit"]), st.text() | st.dictionaries(st.text(), st.text())
)


@given(st.text(max_size=200) | st.builds(lambda a, b: f"{segment(a)}.{segment(b)}.", loose_headers, st.text()))
def test_no_text_crashes_it(text: str) -> None:
    assert refused(text)


@pytest.fixture(scope="module")
def bound(world: World) -> dict[str, Any]:
    return world.tokens(world.browser(), world.person())


def test_the_token_says_to_which_key_it_is_bound(world: World, bound: dict[str, Any]) -> None:
    payload = bound["access_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert bound["token_type"] == "DPoP"
    assert claims["cnf"] == {"jkt": world.national.dpop_key.thumbprint()}


def test_without_a_proof_there_is_no_token(world: World) -> None:
    browser, person = world.browser(), world.person()
    started = world.authorize(browser, person)
    code = world.national.callback(started, browser.landed)
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": started.verifier}
    bare = world.national.http.post("/token", data=world.national.authenticated(**form))
    assert (bare.status_code, bare.json()["error"]) == (400, "invalid_dpop_proof")
    assert world.national.redeem(code, started.verifier).status_code == 200, "nothing was used up by the refusal"


def test_the_first_proof_is_asked_to_carry_a_nonce(world: World) -> None:
    stranger = replace(world.national, nonce=None)
    form = stranger.authenticated(grant_type="authorization_code", code="x", code_verifier="v" * 43)
    answer = stranger.http.post("/token", data=form, headers={"dpop": stranger.proof("POST", "/token")})
    assert (answer.status_code, answer.json()["error"]) == (400, "use_dpop_nonce")
    assert answer.headers["dpop-nonce"]
    assert "no-store" in answer.headers["cache-control"]


def test_a_bound_token_is_worth_nothing_without_its_key(world: World, bound: dict[str, Any]) -> None:
    """Downgrade: as Bearer, with another's proof, with no proof, it opens nothing."""
    http, token = world.national.http, bound["access_token"]
    downgraded = http.get("/userinfo", headers={"authorization": f"Bearer {token}"})
    thief = replace(world.national, dpop_key=new_key())
    stolen = http.get("/userinfo", headers=thief.use_headers(token))
    naked = http.get("/userinfo", headers={"authorization": f"DPoP {token}"})
    for answer in (downgraded, stolen, naked):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith('DPoP error="invalid_token"')
        assert "algs=" in answer.headers["www-authenticate"]
    assert world.national.userinfo(token).status_code == 200


def test_a_proof_counts_once(world: World, bound: dict[str, Any]) -> None:
    headers = world.national.use_headers(bound["access_token"])
    assert world.national.http.get("/userinfo", headers=headers).status_code == 200
    again = world.national.http.get("/userinfo", headers=headers)
    assert (again.status_code, "invalid_dpop_proof" in again.headers["www-authenticate"]) == (401, True)


def test_userinfo_asks_for_a_nonce_by_its_challenge(world: World, bound: dict[str, Any]) -> None:
    """RFC 9449 9."""
    stranger = replace(world.national, nonce=None)
    answer = stranger.http.get("/userinfo", headers=stranger.use_headers(bound["access_token"]))
    assert answer.status_code == 401
    assert 'error="use_dpop_nonce"' in answer.headers["www-authenticate"]
    stranger.nonce = answer.headers["dpop-nonce"]
    assert stranger.userinfo(bound["access_token"]).status_code == 200


def test_two_proofs_are_none(world: World, bound: dict[str, Any]) -> None:
    headers = world.national.use_headers(bound["access_token"])
    twice = [*headers.items(), ("dpop", world.national.use_headers(bound["access_token"])["dpop"])]
    assert world.national.http.get("/userinfo", headers=twice).status_code == 401


def test_a_request_bound_to_a_key_gives_its_code_to_that_key_only(world: World) -> None:
    """RFC 9449 10 and 10.1: `dpop_jkt`, or a proof at PAR."""
    thief = replace(world.national, dpop_key=new_key())
    for named in (True, False):
        form, verifier = world.national.parameters()
        headers = {"dpop": world.national.proof("POST", "/par")}
        if named:
            form, headers = form | {"dpop_jkt": world.national.dpop_key.thumbprint()}, {}
        pushed = world.national.http.post("/par", data=world.national.authenticated(**form), headers=headers)
        assert pushed.status_code == 201, pushed.text
        browser, person = world.browser(), world.person()
        browser.get(f"/authorize?client_id=national&request_uri={pushed.json()['request_uri']}")
        world.sign_in(browser, person)
        browser.submit("consent-accept")
        code = world.national.response(browser.landed)["code"]
        assert thief.redeem(code, verifier).json()["error"] == "invalid_grant"


def test_a_proof_and_another_dpop_jkt_do_not_agree(world: World) -> None:
    form, _ = world.national.parameters(dpop_jkt=new_key().thumbprint())
    data, headers = world.national.authenticated(**form), {"dpop": world.national.proof("POST", "/par")}
    assert world.national.http.post("/par", data=data, headers=headers).json()["error"] == "invalid_dpop_proof"
    malformed, _ = world.national.parameters(dpop_jkt="x")
    assert world.national.push(**malformed).json()["error"] == "invalid_request"
