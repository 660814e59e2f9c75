"""Request objects (RFC 9101, FAPI 2.0 Message Signing 5.3): signed by the client, for us, now."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from eid_harness.relying_party import RelyingParty, new_key
from eid_harness.world import World
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt

from eid.clients import Client, register, request_object
from eid.oidc.errors import OAuthError

ISSUER = "https://eid.example"
RP = RelyingParty(ISSUER, "signing", "http://national.localhost:8603/vneid/tro-ve", "portal-signing")


def signed(rp: RelyingParty = RP, key: Any = None, header: dict[str, Any] | None = None, **more: Any) -> str:
    now = int(time.time())
    claims = {"iss": rp.client_id, "aud": rp.issuer, "nbf": now, "exp": now + 300, "client_id": rp.client_id}
    claims |= rp.parameters()[0] | more
    head = {"alg": "ES256", "kid": rp.key.kid, "typ": "oauth-authz-req+jwt"} | (header or {})
    return jwt.encode(head, {k: v for k, v in claims.items() if v is not None}, key or rp.key)


def client(**more: Any) -> Client:
    return register(RP.metadata() | more)


def held(text: str, who: Client | None = None) -> dict[str, str]:
    who = who or client()
    return request_object.parameters(request_object.read(text), who, who.jwks, issuer=ISSUER, now=int(time.time()))


def error(text: str, who: Client | None = None) -> str:
    try:
        held(text, who)
    except OAuthError as caught:
        return caught.code
    return ""


def test_what_it_holds_is_the_request() -> None:
    claims = {"id_token": {"acr": {"essential": True}}}
    params = held(signed(max_age=300, claims=claims, resource=["https://a.example/", "https://b.example/"]))
    assert (params["max_age"], params["resource"]) == ("300", "https://a.example/ https://b.example/")
    assert json.loads(params["claims"]) == claims
    assert not {"iss", "aud", "exp", "nbf"} & set(params)


def test_only_its_own_key_speaks_for_a_client() -> None:
    assert error(signed(key=new_key())) == "invalid_request_object"
    head, payload, _ = signed().split(".")
    assert error(f"{head}.{payload}.") == "invalid_request_object"
    assert error("x") == "invalid_request_object"


def test_another_token_of_the_client_is_no_request() -> None:
    """RFC 9101 10.8: a client assertion or a DPoP proof does not pass for one."""
    assert error(RP.assertion()) == "invalid_request_object"
    for typ in ("dpop+jwt", "client-authentication+jwt", "at+jwt"):
        assert error(signed(header={"typ": typ})) == "invalid_request_object"
    assert error(signed(header={"typ": "JWT"})) == ""


def test_it_names_its_client_and_us() -> None:
    for more in ({"iss": None}, {"iss": "other"}, {"aud": None}, {"aud": "https://evil.example"}):
        assert error(signed(**more)) == "invalid_request_object", more
    assert error(signed(aud=[ISSUER, "https://other.example"])) == ""
    assert error(signed(client_id="other")) == "invalid_request"


def test_it_is_of_this_hour() -> None:
    now = int(time.time())
    for more in ({"exp": None}, {"nbf": None}, {"exp": now - 61}, {"nbf": now + 120},
                 {"nbf": now - 3700}, {"exp": now + 4000}):  # fmt: skip
        assert error(signed(**more)) == "invalid_request_object", more


def test_the_oidc_profile_needs_less_and_believes_nothing_wrong() -> None:
    """Core 6.1: iss, aud and times may be left out; what stands there has to be true."""
    oidc = client(profile="oidc")
    assert error(signed(iss=None, aud=None, exp=None, nbf=None), oidc) == ""
    assert error(signed(iss="other"), oidc) == "invalid_request_object"
    assert error(signed(exp=1), oidc) == "invalid_request_object"


def test_the_registered_algorithm_and_no_other() -> None:
    assert error(signed(), client(request_object_signing_alg="ES256")) == ""
    assert error(signed(), client(request_object_signing_alg="PS256")) == "invalid_request_object"


def test_a_client_that_signs_its_requests_signs_all_of_them() -> None:
    assert request_object.is_missing(client(require_signed_request_object=True), {})
    assert not request_object.is_missing(client(require_signed_request_object=True), {"request": "x"})
    assert not request_object.is_missing(client(), {})


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.text(max_size=3))


@given(st.dictionaries(st.sampled_from(["scope", "iss", "aud", "exp", "nbf", "sub", "client_id", "claims"]), scalars))
def test_no_members_crash_it(members: dict[str, Any]) -> None:
    try:
        text = signed(**members)
    except (TypeError, ValueError):
        return
    assert error(text) in ("", "invalid_request_object", "invalid_request")


@pytest.fixture(scope="module")
def parties(world: World) -> dict[str, RelyingParty]:
    made = {}
    for name, more in {
        "signing": {"require_signed_request_object": True},
        "free": {"profile": "oidc", "request_uris": ["https://portal.example/request.jwt"]},
    }.items():
        made[name] = RelyingParty(world.eid.issuer, name, RP.redirect_uri, f"portal-{name}", more=more)
        world.eid.register(made[name].metadata())
    return made


def test_a_signed_request_is_pushed_and_nothing_beside_it_counts(
    world: World, parties: dict[str, RelyingParty]
) -> None:
    rp, browser = parties["signing"], world.browser()
    refused = rp.push(**rp.parameters()[0])
    assert refused.json()["error"] == "invalid_request"
    pushed = rp.push(request=signed(rp, state="inside", prompt="none"), state="outside", scope="openid phone")
    assert pushed.status_code == 201, pushed.text
    browser.get(f"/authorize?client_id=signing&request_uri={pushed.json()['request_uri']}")
    answer = rp.response(browser.landed)
    assert (answer["error"], answer["state"]) == ("login_required", "inside")
    assert rp.push(request=signed(replace(rp, key=new_key()))).json()["error"] == "invalid_request_object"
    nested = rp.push(request=signed(rp, request_uri="https://portal.example/request.jwt"))
    assert nested.json()["error"] == "invalid_request"


def test_a_signed_request_comes_by_the_browser_where_the_profile_allows(
    world: World, parties: dict[str, RelyingParty]
) -> None:
    rp, browser = parties["free"], world.browser()
    query = {"client_id": "free", "request": signed(rp, state="inside", prompt="none"), "state": "outside"}
    browser.get(f"/authorize?{urlencode(query)}")
    assert rp.response(browser.landed)["state"] == "inside"
    evil = signed(rp, redirect_uri="https://evil.example/")
    page = world.browser().get(f"/authorize?{urlencode({'client_id': 'free', 'request': evil})}")
    assert (page.status, page.error_code) == (400, "EID_REDIRECT_URI")
    forged = signed(replace(rp, key=new_key()))
    page = world.browser().get(f"/authorize?{urlencode({'client_id': 'free', 'request': forged})}")
    assert (page.status, page.error_code) == (400, "EID_REQUEST_INVALID")


def test_only_a_registered_address_is_fetched(world: World, parties: dict[str, RelyingParty]) -> None:
    """And that one through the guarded client: this test's address leads nowhere that it may call."""
    for uri in ("https://evil.example/r", "https://portal.example/request.jwt?x", "http://169.254.169.254/"):
        page = world.browser().get(f"/authorize?{urlencode({'client_id': 'free', 'request_uri': uri})}")
        assert (page.status, page.error_code) == (400, "EID_REQUEST_URI")
