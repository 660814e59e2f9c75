"""Rich authorization requests (RFC 9396) and resource indicators (RFC 8707): shown, agreed to, and in the token."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from eid_harness.relying_party import RelyingParty
from eid_harness.world import World
from hypothesis import given
from hypothesis import strategies as st

from eid.oidc import authorization_details
from eid.oidc.errors import InvalidAuthorizationDetails

DETAIL = {
    "type": "vn_dossier_act",
    "actions": ["withdraw"],
    "dossier_code": "000.00.00.G12-240504-0001",
    "amount_vnd": 0,
}
API = "http://national.localhost:8603/api"


@pytest.fixture(scope="module")
def rich(world: World) -> RelyingParty:
    more = {"authorization_details_types": ["vn_dossier_act"], "resources": [API]}
    rp = RelyingParty(world.eid.issuer, "rich", "http://national.localhost:8603/vneid/tro-ve", "rich", more=more)
    world.eid.register(rp.metadata())
    return rp


def contents(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def test_they_stand_on_the_page_and_in_the_token(world: World, rich: RelyingParty) -> None:
    browser, person = world.browser(), world.person()
    started = rich.start(authorization_details=json.dumps([DETAIL]), resource=API)
    browser.get(started.url)
    world.sign_in(browser, person)
    assert browser.page is not None
    assert DETAIL["dossier_code"] in browser.page.text
    assert "Act in this dossier" in browser.page.text
    browser.submit("consent-accept")
    answer = rich.redeem(rich.callback(started, browser.landed), started.verifier).json()
    assert answer["authorization_details"] == [DETAIL]
    claims = contents(answer["access_token"])
    assert (claims["authorization_details"], claims["aud"]) == ([DETAIL], API)
    assert rich.userinfo(answer["access_token"]).status_code == 401, "a token for another server opens nothing here"


def test_each_act_is_asked_for_anew(world: World, rich: RelyingParty) -> None:
    """A yes to one act, or to sharing, is no yes to another act."""
    browser, person = world.browser(), world.person()
    world.authorize(browser, person, rich)
    for _ in range(2):
        browser.get(rich.start(authorization_details=json.dumps([DETAIL])).url)
        assert browser.page is not None
        assert browser.page.has("consent-accept")
        browser.submit("consent-accept")
        assert browser.landed
    browser.get(rich.start(authorization_details=json.dumps([DETAIL]), prompt="none").url)
    assert rich.response(browser.landed)["error"] == "consent_required"


@pytest.mark.parametrize(
    "details",
    [
        "[]", "{}", "x", "[1]", '[{"actions": ["x"]}]',
        json.dumps([DETAIL | {"type": "unheard_of"}]),
        json.dumps([DETAIL | {"type": "vn_document_signature"}]),
        json.dumps([DETAIL | {"hidden": "x"}]),
        json.dumps([DETAIL | {"amount_vnd": "1"}]),
        json.dumps([{"type": "vn_dossier_act", "actions": ["x"]}]),
        json.dumps([DETAIL] * 11),
    ],
)  # fmt: skip
def test_what_the_page_could_not_show_is_refused(world: World, rich: RelyingParty, details: str) -> None:
    form, _ = rich.parameters(authorization_details=details)
    assert rich.push(**form).json()["error"] == "invalid_authorization_details"


def test_an_unregistered_resource_is_refused(world: World, rich: RelyingParty) -> None:
    for resource in ("https://evil.example/", f"{API}#x", "api", f"{API}/"):
        form, _ = rich.parameters(resource=resource)
        assert rich.push(**form).json()["error"] == "invalid_target", resource
    form, _ = world.national.parameters(authorization_details=json.dumps([DETAIL]))
    assert world.national.push(**form).json()["error"] == "invalid_authorization_details"


values = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=5), max_size=3)


@given(st.lists(st.dictionaries(st.sampled_from([*DETAIL, "note", "x"]), values), max_size=3))
def test_no_details_crash_it(details: list[dict[str, Any]]) -> None:
    try:
        kept = authorization_details.parse(json.dumps(details), ("vn_dossier_act",))
    except InvalidAuthorizationDetails:
        return
    assert authorization_details.read(kept) == details
