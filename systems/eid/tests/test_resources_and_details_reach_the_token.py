"""RFC 8707, RFC 9396, RFC 9470, RFC 8705 3.2: what was asked for a resource stands in the token, and no more."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from eid_harness.browser import Browser
from eid_harness.relying_party import RelyingParty
from eid_harness.world import Person, World
from joserfc import jws, jwt

import eid
from eid.oidc.authorization_details import TYPES

SIGN, PAY = "https://ky-so.example/", "https://thanh-toan.example/"
DETAIL = {"type": "vn_document_signature", "document_name": "Đơn <xin> cấp lại", "sha256": "ab" * 32}


def party(world: World, name: str, **more: Any) -> RelyingParty:
    rp = RelyingParty(world.eid.issuer, name, f"http://{name}.localhost:9000/cb", name, more=more)
    world.eid.register(rp.metadata())
    return rp


@pytest.fixture(scope="module")
def signer(world: World) -> RelyingParty:
    return party(
        world,
        "signer",
        resources=[SIGN, PAY],
        authorization_details_types=["vn_document_signature"],
        grant_types=["authorization_code", "refresh_token"],
    )


@pytest.fixture(scope="module")
def server(world: World) -> RelyingParty:
    """The resource server that is addressed."""
    return party(world, "sign-server", resource_server=SIGN)


@pytest.fixture(scope="module")
def signed(world: World, signer: RelyingParty) -> tuple[Person, Browser]:
    person, browser = world.person(), world.browser()
    world.authorize(browser, person, signer)
    return person, browser


def payload(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(jws.extract_compact(token.encode()).payload)
    return claims


def test_the_token_is_for_the_resource_that_was_asked(world: World, signer: RelyingParty, signed: Any) -> None:
    answer = world.tokens(signed[1], signed[0], signer, resource=SIGN)
    claims = payload(answer["access_token"])
    assert claims["aud"] == SIGN
    assert claims["acr"] == "urn:motcua:acr:eid2"
    assert claims["auth_time"] == answer["claims"]["auth_time"]
    assert signer.userinfo(answer["access_token"]).status_code == 401  # it is not for userinfo


def test_a_resource_that_is_not_registered_or_no_address_is_refused(signer: RelyingParty) -> None:
    for resource in ("https://other.example/", "x", f"{SIGN}#f", "//ky-so.example/"):
        got = signer.push(**signer.parameters(resource=resource)[0])
        assert (got.status_code, got.json()["error"]) == (400, "invalid_target"), resource


def test_a_refresh_gives_no_other_resource_than_was_granted(world: World, signer: RelyingParty, signed: Any) -> None:
    answer = world.tokens(signed[1], signed[0], signer, resource=SIGN)
    again = signer.token("refresh_token", refresh_token=answer["refresh_token"]).json()
    assert payload(again["access_token"])["aud"] == SIGN
    other = signer.token("refresh_token", refresh_token=answer["refresh_token"], resource=PAY)
    assert other.json().get("error") == "invalid_target"


def test_details_are_shown_given_and_told(world: World, signer: RelyingParty, server: RelyingParty) -> None:
    person, browser = world.person(), world.browser()
    asked = {"resource": SIGN, "authorization_details": json.dumps([DETAIL])}
    started = signer.start(**asked)
    browser.get(started.url)
    world.sign_in(browser, person)
    assert browser.page is not None
    assert DETAIL["document_name"] in browser.page.text
    assert "<xin>" not in browser.page.response.text  # escaped
    browser.submit("consent-accept")
    answer = signer.redeem(signer.callback(started, browser.landed), started.verifier).json()
    assert answer["authorization_details"] == [DETAIL]
    assert payload(answer["access_token"])["authorization_details"] == [DETAIL]
    told = server.http.post("/introspect", data=server.authenticated(token=answer["access_token"])).json()
    assert told.get("authorization_details") == [DETAIL], told
    assert told["cnf"] == payload(answer["access_token"])["cnf"]


def test_details_that_nobody_knows_are_refused(signer: RelyingParty) -> None:
    for details in ([], {}, "x", [DETAIL | {"type": "unknown"}], [DETAIL | {"more": 1}], [{"type": DETAIL["type"]}]):
        got = signer.push(**signer.parameters(authorization_details=json.dumps(details))[0])
        assert (got.status_code, got.json()["error"]) == (400, "invalid_authorization_details"), details
    types = signer.http.get("/.well-known/openid-configuration").json()["authorization_details_types_supported"]
    assert DETAIL["type"] in types


def test_new_details_are_asked_again_although_a_yes_is_remembered(world: World, signer: RelyingParty) -> None:
    person, browser = world.person(), world.browser()
    world.authorize(browser, person, signer, authorization_details=json.dumps([DETAIL]))
    browser.get(signer.start(authorization_details=json.dumps([DETAIL | {"document_name": "Another"}])).url)
    assert browser.page is not None
    assert browser.page.has("consent-accept")


def test_only_the_person_that_was_named_gets_an_answer(world: World, signer: RelyingParty, signed: Any) -> None:
    """Core 3.1.2.2: a sub asked for in the ID token."""
    sub = world.tokens(signed[1], signed[0], signer)["claims"]["sub"]
    same = signer.start(prompt="none", claims={"id_token": {"sub": {"value": sub}}})
    signed[1].get(same.url)
    assert "code=" in signed[1].landed
    other = signer.start(prompt="none", claims={"id_token": {"sub": {"value": "somebody-else"}}})
    signed[1].get(other.url)
    assert "error=login_required" in signed[1].landed


def test_every_member_of_every_type_has_a_label_on_the_page() -> None:
    page = (Path(eid.__file__).parent / "templates/consent.html").read_text(encoding="utf-8")
    members = {name for kind in TYPES.values() for name in kind.members} - {"type"}
    assert [name for name in sorted(members) if f'"{name}": _(' not in page] == []


@pytest.mark.parametrize("way", ["PAR", "JAR"])
def test_a_token_request_may_narrow_the_details_and_never_widen_them(
    world: World, signer: RelyingParty, signed: Any, way: str
) -> None:
    """RFC 9396 3 and 6: pushed bare or in a signed request, all the same; refused before a token is made."""
    other = DETAIL | {"document_name": "Khác"}
    both, now = json.dumps([DETAIL, other]), int(time.time())
    form, verifier = signer.parameters(authorization_details=both)
    if way == "JAR":
        claims = {"iss": "signer", "aud": signer.issuer, "nbf": now, "exp": now + 300, "client_id": "signer"}
        form = {"request": jwt.encode({"alg": "ES256", "kid": signer.key.kid}, claims | form, signer.key)}
    for asked, expected in (
        (json.dumps([other]), [other]),
        (None, [DETAIL, other]),
        (json.dumps([DETAIL | {"sha256": "cd" * 32}]), "invalid_authorization_details"),
        (json.dumps([DETAIL, {"type": "vn_dossier_act"}]), "invalid_authorization_details"),
        ("[]", "invalid_authorization_details"),
        ("{", "invalid_authorization_details"),
    ):
        uri = signer.push(**form).json()["request_uri"]
        browser = signed[1]
        browser.get(f"/authorize?client_id=signer&request_uri={uri}")
        if browser.page and browser.page.has("consent-accept"):
            browser.submit("consent-accept")
        answer = signer.redeem(signer.response(browser.landed)["code"], verifier, authorization_details=asked)
        if isinstance(expected, str):
            assert (answer.status_code, answer.json()["error"]) == (400, expected)
        else:
            assert answer.json()["authorization_details"] == expected
            assert payload(answer.json()["access_token"])["authorization_details"] == expected
