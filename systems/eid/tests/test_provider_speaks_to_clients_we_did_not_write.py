"""Authlib's own OAuth2 client signs in by code, PKCE and private_key_jwt; discovery says what is true."""

from __future__ import annotations

from urllib.parse import urlencode

import httpx
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from eid_harness.relying_party import ASSERTION
from eid_harness.world import World

from eid.clients.profiles import PROFILES
from wire.loopback import LoopbackTransport


def test_authlib_completes_the_flow(world: World) -> None:
    rp, person, browser = world.national, world.person(), world.browser()
    metadata = rp.http.get("/.well-known/openid-configuration").json()
    client = OAuth2Client(
        client_id=rp.client_id,
        client_secret=rp.key,
        scope="openid",
        redirect_uri=rp.redirect_uri,
        token_endpoint_auth_method="private_key_jwt",
        code_challenge_method="S256",
        transport=LoopbackTransport(),
    )
    client.register_client_auth_method(PrivateKeyJWT(world.eid.issuer, alg="ES256"))
    verifier = "v" * 50
    url, state = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
    params = dict(httpx.URL(url).params)
    pushed = client.request(
        "POST",
        metadata["pushed_authorization_request_endpoint"],
        data=params | {"client_assertion_type": ASSERTION, "client_assertion": rp.assertion()},
        withhold_token=True,
    )
    assert pushed.status_code == 201, pushed.text
    query = urlencode({"client_id": rp.client_id, "request_uri": pushed.json()["request_uri"]})
    browser.get(f"{metadata['authorization_endpoint']}?{query}")
    world.sign_in(browser, person)
    browser.submit("consent-accept")
    rp.token(grant_type="authorization_code", code="x", code_verifier=verifier)  # learns the DPoP nonce
    token = client.fetch_token(
        metadata["token_endpoint"],
        authorization_response=browser.landed,
        state=state,
        code_verifier=verifier,
        headers={"dpop": rp.proof("POST", "/token")},
    )
    assert token["token_type"] == "DPoP"
    assert rp.userinfo(token["access_token"]).json()["eid_level"] == 2


def test_discovery_names_only_what_is_served(world: World) -> None:
    metadata = world.national.http.get("/.well-known/openid-configuration").json()
    assert metadata["issuer"] == world.eid.issuer
    for name, value in metadata.items():
        if name.endswith(("_endpoint", "_uri")) and name != "issuer":
            assert world.national.http.get(value).status_code != 404, name
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert set(metadata["token_endpoint_auth_methods_supported"]) <= {
        m for p in PROFILES.values() for m in p.auth_methods
    }
    assert metadata["authorization_response_iss_parameter_supported"] is True
    assert metadata["subject_types_supported"] == ["pairwise", "public"]


def test_each_sector_knows_a_person_by_its_own_name(world: World) -> None:
    person, browser = world.person(), world.browser()
    one = world.tokens(browser, person, world.national)["claims"]
    other = world.tokens(browser, person, world.province)["claims"]
    again = world.tokens(world.browser(), person, world.national)["claims"]
    assert one["sub"] == again["sub"]
    assert one["sub"] != other["sub"]
    assert one["sid"] != other["sid"]
    assert len(one["sub"]) == 22


def test_machines_get_the_specs_errors_as_json(world: World) -> None:
    http = world.national.http
    assert http.get("/token").status_code == 405
    assert http.post("/token", content=b"{}", headers={"content-type": "application/json"}).status_code == 400
    assert http.post("/token", data={"grant_type": "authorization_code"}).json()["error"] == "invalid_client"
    unsupported = http.post("/token", data=world.national.authenticated(grant_type="password"))
    assert unsupported.json()["error"] == "unsupported_grant_type"
    assert http.post("/par", content=b"x" * 70_000).status_code == 400
    bare = http.get("/userinfo")
    assert bare.status_code == 401
    assert [way.split()[0] for way in bare.headers.get_list("www-authenticate")] == ["Bearer", "DPoP"]
    for token in ("x", "a.b.c", world.national.assertion()):
        assert world.national.userinfo(token).status_code == 401
    twice = http.post("/par", content=b"state=a&state=b", headers={"content-type": "application/x-www-form-urlencoded"})
    assert twice.json()["error"] == "invalid_request"


def test_health_names_system_and_run(world: World) -> None:
    said = world.national.http.get("/healthz").json()
    assert said.pop("argon2") in ("AVX2", "wheel")
    assert said == {"system": "eid", "run_id": "", "ok": True}
