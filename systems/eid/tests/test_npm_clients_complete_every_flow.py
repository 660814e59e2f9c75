"""openid-client and oauth4webapi, which we did not write, drive the running provider and judge its answers."""

from __future__ import annotations

from typing import Any

from eid_harness.npm import Conversation
from eid_harness.relying_party import RelyingParty
from eid_harness.world import World


def wish(rp: RelyingParty, **more: Any) -> dict[str, Any]:
    """What both scripts need to know of a client with a key."""
    return {
        "issuer": rp.issuer,
        "client_id": rp.client_id,
        "jwk": rp.key.as_dict(private=True) | {"alg": "ES256"},
        "method": "private_key_jwt",
        "redirect_uri": rp.redirect_uri,
        "scope": "openid",
        "par": True,
        "dpop": "ES256",
    } | more


def go(world: World, talk: Conversation) -> None:
    """Bring a fresh person's browser from the client's address to the callback."""
    person, browser = world.person(), world.browser()
    browser.get(talk.hear()["url"])
    world.sign_in(browser, person)
    browser.submit("consent-accept")
    assert browser.landed
    talk.say(landed=browser.landed)


def test_openid_client_signs_in_by_par(world: World) -> None:
    with Conversation("openid_client.mjs", flow="code", **wish(world.national, non_repudiation=True)) as talk:
        go(world, talk)
        tokens = talk.hear()
        assert tokens["claims"]["acr"] == "urn:motcua:acr:eid2"
        talk.say(do="userinfo")
        assert talk.hear()["answer"]["sub"] == tokens["claims"]["sub"]
        talk.say(do="end_session", parameters={"state": "S"})
        browser = world.browser()
        browser.get(talk.hear()["answer"]["url"])
        assert browser.page is not None
        assert browser.page.status == 200


def test_openid_client_asks_for_claims_and_gets_errors_as_errors(world: World) -> None:
    asked = wish(world.national, parameters={"prompt": "none"})
    with Conversation("openid_client.mjs", flow="code", **asked) as talk:
        browser = world.browser()
        browser.get(talk.hear()["url"])
        talk.say(landed=browser.landed)
        line = talk.lines.get(timeout=30)
        assert "login_required" in line
        assert "AuthorizationResponseError" in line


def test_oauth4webapi_signs_in_by_par(world: World) -> None:
    with Conversation("oauth4webapi.mjs", **wish(world.province, algorithm="oauth2")) as talk:
        go(world, talk)
        answer = talk.hear()
        assert answer["told"]["sub"] == answer["claims"]["sub"]
