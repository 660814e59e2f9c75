"""openid-client and oauth4webapi, which we did not write, drive the running provider and judge its answers.

CIBA, token exchange and registration by openid-client stand beside our own tests of these: they share their clients.
"""

from __future__ import annotations

from typing import Any

from eid_harness.npm import Conversation, wish
from eid_harness.relying_party import RelyingParty
from eid_harness.world import World


def party(world: World, name: str, **more: Any) -> RelyingParty:
    """A client of this test, registered with `more`."""
    rp = RelyingParty(world.eid.issuer, name, f"http://{name}.localhost:9000/cb", name, more=more)
    world.eid.register(rp.metadata())
    return rp


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


def test_openid_client_refreshes_introspects_and_revokes(world: World) -> None:
    rp = party(world, "npm-refresh", grant_types=["authorization_code", "refresh_token"])
    with Conversation("openid_client.mjs", flow="code", **wish(rp)) as talk:
        go(world, talk)
        assert talk.hear()["refresh"] is True
        talk.say(do="refresh")
        assert talk.hear()["answer"]["refreshed"] is True
        talk.say(do="introspect")
        assert talk.hear()["answer"]["active"] is True
        talk.say(do="revoke")
        assert talk.hear()["answer"] == {"revoked": True}
        talk.say(do="introspect")
        assert talk.hear()["answer"] == {"active": False}


def test_openid_client_gets_a_token_for_itself(world: World) -> None:
    rp = party(world, "npm-machine", grant_types=["client_credentials"], resources=["https://kho.example"])
    asked = wish(rp, parameters={"resource": "https://kho.example"}, introspect=True)
    with Conversation("openid_client.mjs", flow="machine", **asked) as talk:
        answer = talk.hear()
        assert answer["introspected"]["active"] is True
        assert answer["introspected"]["aud"] == "https://kho.example"


def test_openid_client_polls_for_a_device(world: World) -> None:
    rp = party(world, "npm-device", grant_types=["urn:ietf:params:oauth:grant-type:device_code"])
    with Conversation("openid_client.mjs", flow="device", **wish(rp, interval=5)) as talk:
        started = talk.hear()["started"]
        person, browser = world.person(), world.browser()
        browser.get(started["verification_uri"])
        browser.submit("user-code-submit", user_code=started["user_code"])
        world.sign_in(browser, person)
        browser.submit("consent-accept")
        talk.say(go=True)
        assert talk.hear()["claims"]["aud"] == rp.client_id
    world.sql("delete from rate_limits")


def test_openid_client_signs_its_requests_and_reads_signed_answers(world: World) -> None:
    """FAPI 2.0 Message Signing: JAR at PAR, JARM, DPoP."""
    signed = {"authorization_signed_response_alg": "ES256", "require_signed_request_object": True}
    rp = party(world, "npm-signing", **signed)
    asked = wish(rp, jar=True, jarm=True, metadata={"authorization_signed_response_alg": "ES256"})
    with Conversation("openid_client.mjs", flow="code", **asked) as talk:
        go(world, talk)
        assert talk.hear()["claims"]["aud"] == rp.client_id


def test_openid_client_of_the_oidc_profile_needs_a_secret_only(world: World) -> None:
    """What the Basic certification asks for: client_secret_basic, no PAR, no PKCE, RS256."""
    secret = "s" * 43
    rp = party(
        world,
        "npm-basic",
        profile="oidc",
        jwks=None,
        client_secret=secret,
        token_endpoint_auth_method="client_secret_basic",
    )
    asked = wish(rp, method="client_secret_basic", secret=secret, par=False, pkce=False, dpop=None)
    with Conversation("openid_client.mjs", flow="code", **asked) as talk:
        go(world, talk)
        tokens = talk.hear()
        assert tokens["token_type"] == "bearer"
        talk.say(do="userinfo")
        assert talk.hear()["answer"]["sub"] == tokens["claims"]["sub"]
