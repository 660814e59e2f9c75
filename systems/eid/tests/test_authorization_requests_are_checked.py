"""The table of checks, row by row (grants/checks.py); PAR and /authorize over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from eid_harness.relying_party import RelyingParty
from eid_harness.world import VERIFIED, World
from hypothesis import given
from hypothesis import strategies as st

from eid.clients import register
from eid.grants import checks, request_checks
from eid.grants.authorization_request import AuthorizationRequest
from eid.oidc import claims, identity_assurance, parameters
from eid.oidc.errors import InvalidRequest, OAuthError

RP = RelyingParty("https://eid.example", "national", "https://portal.example/cb", "portal")
CLIENT = register(RP.metadata())


def check(**more: Any) -> AuthorizationRequest:
    form, _ = RP.parameters(**more)
    return checks.check_pushed(CLIENT, {"client_id": "national"} | form)


def error(**more: Any) -> str:
    with pytest.raises(OAuthError) as caught:
        check(**more)
    return caught.value.code


def test_a_good_request_keeps_what_was_asked() -> None:
    asked = check(
        scope="openid phone identity",
        claims=VERIFIED,
        acr_values="urn:motcua:acr:eid2 urn:motcua:acr:eid1",
        prompt="login",
        max_age="60",
        ui_locales="fr en-GB vi",
        login_hint="045185000001",
    )
    assert asked.scope == ("openid", "phone")
    assert asked.verified == ("personal_id", "name", "birthdate", "gender")
    assert asked.acr_values == ("urn:motcua:acr:eid2", "urn:motcua:acr:eid1")
    assert (asked.again, asked.silent, asked.max_age, asked.ui_locale) == (True, False, 60, "en")
    assert asked.login_hint == "045185000001"


def test_pkce_is_required_and_is_s256() -> None:
    assert error(code_challenge=None) == "invalid_request"
    assert error(code_challenge_method=None) == "invalid_request"
    assert error(code_challenge_method="plain") == "invalid_request"
    assert error(code_challenge="x" * 42) == "invalid_request"
    assert error(code_challenge="=" * 43) == "invalid_request"


def test_a_request_without_a_challenge_is_refused() -> None:
    assert error(code_challenge=None, code_challenge_method=None) == "invalid_request"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"client_id": "quangtri"}, "invalid_request"),
        ({"redirect_uri": "https://portal.example/cb/"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:" + "x" * 43}, "invalid_request"),
        ({"request": "ey.."}, "request_not_supported"),
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "phone"}, "invalid_scope"),
        ({"state": "s" * 2000}, "invalid_request"),
        ({"nonce": "n" * 2000}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "other"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "1e3"}, "invalid_request"),
        ({"max_age": "٣"}, "invalid_request"),
        ({"claims": "["}, "invalid_request"),
        ({"claims": "[]"}, "invalid_request"),
        ({"claims": json.dumps({"userinfo": "x"})}, "invalid_request"),
        ({"claims": "x" * 9000}, "invalid_request"),
        ({"claims": "[" * 8000}, "invalid_request"),
    ],
)
def test_each_fault_has_its_word(more: dict[str, Any], code: str) -> None:
    assert error(**more) == code


def test_claims_of_another_trust_framework_are_left_out() -> None:
    other = json.loads(json.dumps(VERIFIED))
    other["userinfo"]["verified_claims"]["verification"]["trust_framework"]["value"] = "eidas"
    assert check(claims=other).verified == ()


def test_an_essential_acr_comes_from_the_claims_parameter() -> None:
    asked = check(claims={"id_token": {"acr": {"essential": True, "values": ["urn:motcua:acr:eid2"]}}})
    assert (asked.acr_values, asked.acr_essential) == (("urn:motcua:acr:eid2",), True)
    assert not check(acr_values="urn:motcua:acr:eid2").acr_essential


json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=15), children, max_size=4),
    max_leaves=12,
)
members = st.sampled_from(["userinfo", "id_token", "verified_claims", "verification", "claims", "acr", "values"])


@given(st.dictionaries(members, st.dictionaries(members, json_values, max_size=3) | json_values, max_size=3))
def test_no_json_crashes_the_claims_parameter(document: Any) -> None:
    try:
        asked = claims.parse(json.dumps(document))
    except InvalidRequest:
        return
    assert set(asked.verified) <= set(identity_assurance.VERIFIED)


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_parameters(raw: bytes) -> None:
    try:
        values = parameters.parse(raw)
    except InvalidRequest:
        return
    assert all(values.values())


def test_a_parameter_given_twice_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        parameters.parse(b"state=a&state=b")
    with pytest.raises(InvalidRequest):
        parameters.parse(b"state=&state=b")


def test_parameters_in_the_address_are_refused_at_the_client_once_its_address_is_known(world: World) -> None:
    """The profile asks for PAR: a plain /authorize goes back with an error, `state` and `iss`; never a page."""
    form, _ = world.national.parameters()
    browser = world.browser()
    query = "&".join(f"{name}={value}" for name, value in form.items())
    browser.get(f"/authorize?client_id=national&{query}")
    answer = world.national.response(browser.landed)
    assert (answer["error"], answer["state"], answer["iss"]) == ("invalid_request", form["state"], world.eid.issuer)
    assert "code" not in answer


def test_a_personal_number_in_an_address_is_refused() -> None:
    form, _ = RP.parameters(login_hint="045185000001")
    direct = {"client_id": "national"} | form
    with pytest.raises(OAuthError):
        request_checks.no_login_hint_in_address(CLIENT, direct)
    request_checks.no_login_hint_in_address(CLIENT, {"client_id": "national"})


@pytest.mark.parametrize(
    "request_uri",
    [
        "https://evil.example/request.jwt",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "urn:ietf:params:oauth:request_uri:short",
        "urn:ietf:params:oauth:request_uri:" + "x" * 43,
        "URN:IETF:params:oauth:request_uri:" + "x" * 43,
    ],
)
def test_a_request_uri_is_never_fetched(world: World, request_uri: str) -> None:
    page = world.browser().get(f"/authorize?client_id=national&request_uri={request_uri}")
    assert (page.status, page.error_code) == (400, "EID_REQUEST_URI")


@pytest.mark.parametrize("request_uri", ["https://evil.example/r", "urn:other", "file:///etc/passwd"])
def test_only_our_own_request_uris_pass_the_check(request_uri: str) -> None:
    with pytest.raises(OAuthError):
        request_checks.request_uri_is_ours(CLIENT, {"request_uri": request_uri})


def test_a_request_uri_works_once_for_its_client_within_a_minute(world: World) -> None:
    first = world.national.start()
    crossed = first.url.replace("client_id=national", "client_id=quangtri")
    assert world.browser().get(crossed).error_code == "EID_REQUEST_URI"
    assert world.browser().get(first.url).has("login-submit")
    assert world.browser().get(first.url).error_code == "EID_REQUEST_URI"
    late = world.national.start()
    world.sql("update pushed_requests set expires_at = now() where used_by is null")
    assert world.browser().get(late.url).error_code == "EID_REQUEST_URI"


def test_the_browser_that_began_may_reload(world: World) -> None:
    browser = world.browser()
    url = world.national.start().url
    assert browser.get(url).has("login-submit")
    assert browser.get(url).has("login-submit")


def test_an_unknown_client_ends_on_our_page(world: World) -> None:
    page = world.browser().get("/authorize?client_id=nobody&redirect_uri=https://evil.example/")
    assert (page.status, page.error_code) == (400, "EID_CLIENT_UNKNOWN")


def test_par_is_required(world: World) -> None:
    with pytest.raises(OAuthError):
        request_checks.is_pushed(CLIENT, {})
    metadata = world.national.http.get("/.well-known/openid-configuration").json()
    assert metadata["require_pushed_authorization_requests"] is False, "RFC 9126 5: not of every client, see profiles"
