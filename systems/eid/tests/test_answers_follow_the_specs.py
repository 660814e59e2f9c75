"""Small promises of the specs that no attack names: what an answer of /authorize, /par and /token holds.

docs/eid/standards names each test with its section.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from eid_harness.relying_party import ASSERTION, RelyingParty
from eid_harness.world import Person, World
from joserfc import jws

from wire import loopback

PRINTABLE = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*")  # RFC 6749 4.1.2.1 and 5.2
STATES = ["a b&c=d%2f+#?", "đường Nguyễn Huệ 🌏", '"><script>alert(1)</script>', "\x7f\u202eabc", "x" * 1024]
Signed = tuple[Person, Any]


def header(token: str) -> dict[str, Any]:
    return dict(jws.extract_compact(token.encode()).headers())


def payload(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(jws.extract_compact(token.encode()).payload)
    return claims


@pytest.fixture(scope="module")
def signed(world: World) -> Signed:
    """A person with a session and a remembered yes: the next request goes straight to a code."""
    person, browser = world.person(), world.browser()
    world.authorize(browser, person)
    return person, browser


@pytest.fixture(scope="module")
def answer(world: World, signed: Signed) -> dict[str, Any]:
    """One token response."""
    return world.tokens(signed[1], signed[0])


def test_the_id_token_says_what_core_2_requires(world: World, answer: dict[str, Any]) -> None:
    claims = payload(answer["id_token"])
    assert set(claims) == {"iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid", "nonce"}
    assert claims["iss"] == world.eid.issuer
    assert claims["aud"] == world.national.client_id
    assert claims["sub"].isascii()
    assert 0 < len(claims["sub"]) <= 255
    assert claims["auth_time"] <= claims["iat"] < claims["exp"]
    assert isinstance(claims["acr"], str)
    assert all(isinstance(word, str) for word in claims["amr"])


def test_the_access_token_says_what_rfc_9068_requires(world: World, answer: dict[str, Any], signed: Signed) -> None:
    token = answer["access_token"]
    assert header(token)["typ"] == "at+jwt"
    claims = payload(token)
    assert {"iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope"} <= set(claims)
    assert claims["aud"] == f"{world.eid.issuer}/userinfo"
    assert (claims["sub"], claims["client_id"]) == (answer["claims"]["sub"], world.national.client_id)
    text = json.dumps(claims, ensure_ascii=False)
    assert not [value for value in (signed[0].personal_id, signed[0].full_name, signed[0].phone) if value in text]


def test_token_headers_hold_no_keys(world: World, answer: dict[str, Any]) -> None:
    published = {key["kid"] for key in world.national.http.get("/jwks").json()["keys"]}
    for token in (answer["id_token"], answer["access_token"]):
        assert set(header(token)) == {"alg", "typ", "kid"}
        assert header(token)["kid"] in published


def test_the_token_answer_is_whole_and_not_cached(world: World, signed: Signed) -> None:
    started = world.authorize(signed[1], signed[0])
    got = world.national.redeem(world.national.callback(started, signed[1].landed), started.verifier)
    assert got.headers["cache-control"] == "no-store"
    assert got.headers["content-type"].startswith("application/json")
    assert got.json()["token_type"] in {"Bearer", "DPoP"}
    assert isinstance(got.json()["expires_in"], int)
    assert got.json()["access_token"].count(".") == got.json()["id_token"].count(".") == 2


def test_the_token_answer_tells_the_scope(world: World, signed: Signed) -> None:
    assert world.tokens(signed[1], signed[0], scope="openid unheard-of")["scope"] == "openid"


def test_a_nonce_comes_back_unchanged_or_not_at_all(world: World, signed: Signed) -> None:
    person, browser = signed
    odd = 'n"đ \\ %00 🌏'
    assert world.tokens(browser, person, nonce=odd)["claims"]["nonce"] == odd
    started = world.authorize(browser, person, nonce=None)
    got = world.national.redeem(world.national.callback(started, browser.landed), started.verifier)
    assert "nonce" not in payload(got.json()["id_token"])


def test_long_nonces_and_states_are_taken(world: World, signed: Signed) -> None:
    person, browser = signed
    assert world.tokens(browser, person, nonce="n" * 64, state="s" * 512)["claims"]["nonce"] == "n" * 64


@pytest.mark.parametrize("state", STATES)
def test_state_comes_back_byte_for_byte(world: World, signed: Signed, state: str) -> None:
    person, browser = signed
    world.authorize(browser, person, state=state)
    answer = parse_qs(urlsplit(browser.landed).query, strict_parsing=True)
    assert answer["state"] == [state]
    assert answer["iss"] == [world.eid.issuer]
    assert set(answer) == {"code", "state", "iss"}


def test_errors_at_the_client_carry_iss_and_state(world: World) -> None:
    browser, rp = world.browser(), world.national
    browser.get(rp.start(prompt="none", state="S").url)
    answer = rp.response(browser.landed)
    assert (answer["error"], answer["state"], answer["iss"]) == ("login_required", "S", world.eid.issuer)
    form, _ = rp.parameters(state="S")
    browser.get("/authorize?" + urlencode({"client_id": rp.client_id} | form))
    answer = rp.response(browser.landed)
    assert (answer["error"], answer["state"], answer["iss"]) == ("invalid_request", "S", world.eid.issuer)


def test_error_texts_hold_only_what_they_may(world: World) -> None:
    rp = world.national
    form, _ = rp.parameters()
    wrong: dict[str, str] = {
        "prompt": 'đ"', "claims": "{", "max_age": "\\", "scope": "x", "response_type": "é", "code_challenge": "%"
    }  # fmt: skip
    for name, value in wrong.items():
        got = rp.push(**form | {name: value})
        assert got.status_code == 400, name
        assert PRINTABLE.fullmatch(got.json()["error"])
        assert PRINTABLE.fullmatch(got.json().get("error_description", "")), name


@pytest.mark.parametrize("missing", ["response_type", "redirect_uri", "scope"])
def test_each_required_parameter_is_required(world: World, missing: str) -> None:
    form, _ = world.national.parameters()
    form.pop(missing)
    got = world.national.push(**form)
    assert got.status_code == 400
    assert got.json()["error"] in {"invalid_request", "invalid_scope"}


def test_the_authorization_endpoint_takes_get_and_post_alike(world: World, signed: Signed) -> None:
    browser, started = signed[1], world.national.start()
    query = {name: values[0] for name, values in parse_qs(urlsplit(started.url).query).items()}
    browser.post("/authorize", query, origin="http://national.localhost:8603")
    assert world.national.callback(started, browser.landed)


def test_unknown_scopes_and_parameters_are_ignored(world: World, signed: Signed) -> None:
    world.authorize(signed[1], signed[0], scope="openid nothing-we-know", unheard_of="x", resource_hint="y")
    assert "error" not in signed[1].landed


def test_unknown_languages_and_displays_are_no_error(world: World, signed: Signed) -> None:
    for more in ({"ui_locales": "xx-YY ❌ fr"}, {"display": "popup"}, {"claims_locales": "de ja-Kana-JP"}):
        world.authorize(signed[1], signed[0], **more)
        assert "error" not in signed[1].landed, more


def test_a_parameter_without_a_value_counts_as_left_out(world: World, signed: Signed) -> None:
    world.authorize(signed[1], signed[0], nonce="", prompt="", max_age="", claims="", request="")
    assert "error" not in signed[1].landed


def test_what_the_claims_parameter_asks_beyond_us_is_ignored(world: World, signed: Signed) -> None:
    person, browser = signed
    more = {"userinfo": {"shoe_size": {"essential": True}, "http://x.example/y": None}, "unknown": {"a": 1}}
    answer = world.tokens(browser, person, claims=more)
    told = world.national.userinfo(answer["access_token"]).json()
    assert "shoe_size" not in told
    assert told["sub"] == answer["claims"]["sub"]


def test_sub_is_random_not_derived(world: World) -> None:
    """128 bits that nobody can compute from number, name, client or sector."""
    subs = {str(row[0]) for row in world.sql("select sub from subjects")}
    assert len(subs) == world.sql("select count(*) from subjects")[0][0]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", sub) for sub in subs)
    numbers = {person.personal_id for person in world.ready}
    assert not any(number in sub for number in numbers for sub in subs)


def test_codes_and_request_uris_cannot_be_guessed(world: World, signed: Signed) -> None:
    person, browser = signed
    seen = set()
    for _ in range(3):
        started = world.authorize(browser, person)
        reference = parse_qs(urlsplit(started.url).query)["request_uri"][0].rpartition(":")[2]
        code = world.national.callback(started, browser.landed)
        assert len(code) >= 43  # 256 bits in base64url
        assert len(reference) >= 43
        seen |= {code, reference}
    assert len(seen) == 6


def test_codes_and_request_uris_live_for_a_minute(world: World, signed: Signed) -> None:
    world.authorize(signed[1], signed[0])
    row = world.sql("select max(code_expires_at) - now() <= interval '60 seconds' from grants")
    assert row == [(True,)]


def test_par_answers_with_an_address_for_one_minute(world: World) -> None:
    form, _ = world.national.parameters()
    got = world.national.push(**form)
    assert got.status_code == 201
    assert 5 <= got.json()["expires_in"] < 600
    assert got.json()["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert got.headers["cache-control"] == "no-store"


def test_par_is_a_post_of_a_form(world: World) -> None:
    http, rp = world.national.http, world.national
    assert http.get("/par").status_code == 405
    assert http.post("/par", json={"client_id": rp.client_id}).status_code == 400
    assert http.post("/par", params=rp.authenticated(**rp.parameters()[0])).status_code in {400, 401}
    assert http.post("/par", data=rp.authenticated(**rp.parameters()[0]) | {"x": "y" * 70_000}).status_code in {
        400,
        413,
    }


def test_a_client_removed_after_the_push_gets_no_code(world: World) -> None:
    rp = RelyingParty(world.eid.issuer, "short-lived", "http://national.localhost:8603/kurz", "portal-national")
    world.eid.register(rp.metadata())
    started = rp.start()
    world.eid.verb("clients", "remove", "short-lived")
    browser = world.browser()
    page = browser.get(started.url)
    assert not browser.landed
    assert page.status == 400


def test_an_assertion_of_another_client_than_named_is_refused(world: World) -> None:
    rp = world.national
    form, _ = rp.parameters()
    other = rp.authenticated(**form) | {"client_id": world.province.client_id}
    assert rp.http.post("/par", data=other).json()["error"] == "invalid_client"


def test_every_secret_based_method_is_refused_for_a_key_client(world: World) -> None:
    rp = world.national
    form = {"grant_type": "authorization_code", "code": "x", "code_verifier": "v" * 43}
    post = rp.http.post("/token", data=form | {"client_id": rp.client_id, "client_secret": "x"})
    basic = rp.http.post("/token", data=form, auth=(rp.client_id, "x"))
    none = rp.http.post("/token", data=form | {"client_id": rp.client_id})
    kind = rp.http.post(
        "/token", data=form | {"client_assertion_type": ASSERTION + "x", "client_assertion": rp.assertion()}
    )
    for got in (post, basic, none, kind):
        assert (got.status_code, got.json()["error"]) == (401, "invalid_client")


def test_parameters_in_the_query_of_the_token_endpoint_do_not_count(world: World, signed: Signed) -> None:
    person, browser = signed
    started = world.authorize(browser, person)
    rp, code = world.national, world.national.callback(started, browser.landed)
    form = rp.authenticated(grant_type="authorization_code", code=code, code_verifier=started.verifier)
    got = rp.http.post(
        f"/token?{urlencode(form)}", content=b"", headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert got.status_code in {400, 401}
    assert rp.redeem(code, started.verifier).status_code == 200


def test_the_token_endpoint_reads_parameters_alike(world: World, signed: Signed) -> None:
    person, browser = signed
    started = world.authorize(browser, person)
    rp, code = world.national, world.national.callback(started, browser.landed)
    form = rp.authenticated(grant_type="authorization_code", code=code, code_verifier=started.verifier)
    body, kind = urlencode(form), {"content-type": "application/x-www-form-urlencoded"}
    twice = rp.http.post("/token", content=f"{body}&code={code}", headers=kind)
    assert twice.json()["error"] == "invalid_request"
    proven = kind | {"dpop": rp.proof("POST", "/token")}
    good = rp.http.post("/token", content=f"{body}&unheard_of=1&scope=", headers=proven)
    assert good.status_code == 200


def test_the_token_endpoint_names_what_is_missing(world: World) -> None:
    rp = world.national
    for form in ({}, {"grant_type": "authorization_code"}, {"grant_type": "authorization_code", "code": "x"}):
        proven = {"dpop": rp.proof("POST", "/token")}
        got = rp.http.post("/token", data=rp.authenticated(**form), headers=proven)
        assert (got.status_code, got.json()["error"]) == (400, "invalid_request"), form


def test_implicit_hybrid_and_password_are_refused(world: World) -> None:
    rp = world.national
    for response_type in ("token", "id_token", "id_token token", "code id_token", "code token", "none", "code code"):
        form, _ = rp.parameters(response_type=response_type)
        assert rp.push(**form).json()["error"] == "unsupported_response_type", response_type
    for grant_type in ("password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"):
        got = rp.http.post("/token", data=rp.authenticated(grant_type=grant_type, username="a", password="b"))
        assert got.json()["error"] == "unsupported_grant_type"


def test_the_query_of_a_redirect_uri_is_kept(world: World) -> None:
    rp = RelyingParty(
        world.eid.issuer, "with-query", "http://national.localhost:8603/tro-ve?kenh=web&a=%20", "portal-national"
    )
    world.eid.register(rp.metadata())
    browser = world.browser()
    browser.get(rp.start(prompt="none").url)
    assert browser.landed.startswith(rp.redirect_uri + "&error=login_required")


def test_redirects_are_never_307(world: World) -> None:
    person, browser = world.person(), world.browser()
    seen = []
    browser.get(world.national.start().url)
    world.password(browser, person)
    for button, values in (("otp-submit", {"otp": world.gateway.code(person.phone)}), ("consent-accept", {})):
        browser.submit(button, **values)
        assert browser.first_hop is not None
        seen.append(browser.first_hop.status_code)
    assert browser.landed
    assert set(seen) <= {302, 303}


def test_no_page_can_be_framed_or_tells_its_address(world: World) -> None:
    browser = world.browser()
    for path in (world.national.start().url, "/authorize?client_id=nobody", "/logout", "/account", "/logout/done"):
        page = browser.get(path)
        policy = page.response.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy, path
        assert "default-src 'none'" in policy or "default-src 'self'" in policy
        assert page.response.headers["referrer-policy"] in {"no-referrer", "same-origin", "origin"}, path
        assert page.response.headers["x-content-type-options"] == "nosniff"
        foreign = [tag.get("src") or tag.get("href") for tag in page.soup.find_all(["script", "img", "iframe", "link"])]
        assert not [address for address in foreign if address and address.startswith(("http:", "https:", "//"))], path


def test_hostile_text_is_never_markup(world: World) -> None:
    hostile = "'\"><bad onload=alert(1)>"
    browser = world.browser()
    for query in (
        {"client_id": hostile},
        {"client_id": world.national.client_id, "redirect_uri": hostile, "state": hostile},
    ):
        assert "<bad" not in browser.get(f"/authorize?{urlencode(query)}").response.text
    page = browser.get("/logout?" + urlencode({"state": hostile, "ui_locales": hostile}))
    assert "<bad" not in page.response.text


def test_the_authorization_endpoint_has_no_cors(world: World) -> None:
    http = loopback.client(base_url=world.eid.issuer)
    for path in ("/authorize", "/par", "/token", "/logout"):
        got = http.options(path, headers={"origin": "https://evil.example", "access-control-request-method": "POST"})
        assert "access-control-allow-origin" not in got.headers, path
    got = http.get("/authorize?client_id=x", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in got.headers
