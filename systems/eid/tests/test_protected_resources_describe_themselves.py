"""RFC 9728 and RFC 9470: who is refused at our own resources learns where to read on; a portal may ask for more."""

from __future__ import annotations

import time

import pytest
from eid_harness.relying_party import RelyingParty
from eid_harness.world import World

from wire import access_token
from wire.access_token import InsufficientUserAuthentication

NATIONAL = "http://national.localhost:8603/api"


@pytest.mark.parametrize("path", ["/userinfo", "/notices", "/introspect"])
def test_each_resource_says_what_it_is(world: World, path: str) -> None:
    answer = world.national.http.get(f"/.well-known/oauth-protected-resource{path}")
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    assert document["resource"] == world.eid.issuer + path, "RFC 9728 3.3: what the address was made of"
    assert document["authorization_servers"] == [world.eid.issuer]
    assert all(value not in ("", None) for value in document.values())
    metadata = world.national.http.get("/.well-known/openid-configuration").json()
    assert document["resource"] in metadata["protected_resources"]
    assert world.national.http.get("/.well-known/oauth-protected-resource/other").status_code == 404


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer x"}, {"authorization": "DPoP x"}])
def test_who_is_refused_is_told_where_to_read(world: World, headers: dict[str, str]) -> None:
    answer = world.national.http.get("/userinfo", headers=headers)
    assert answer.status_code == 401
    address = f'resource_metadata="{world.eid.issuer}/.well-known/oauth-protected-resource/userinfo"'
    assert all(address in challenge for challenge in answer.headers.get_list("www-authenticate"))


def test_a_portal_asks_for_more_and_gets_it(world: World) -> None:
    """RFC 9470 both sides: the portal's challenge, put into the next request as it is, ends in a token that counts."""
    rp = RelyingParty(
        world.eid.issuer, "stepper", "http://stepper.localhost:9000/cb", "stepper", more={"resources": [NATIONAL]}
    )
    world.eid.register(rp.metadata())
    person, browser = world.person(), world.browser()
    jwks = rp.http.get("/jwks").json()

    def read(token: str) -> dict[str, object]:
        proven = {"jkt": rp.dpop_key.thumbprint()}
        return access_token.read(token, jwks, issuer=world.eid.issuer, audience=NATIONAL, proven=proven)

    first = read(world.tokens(browser, person, rp, resource=NATIONAL)["access_token"])
    assert {"acr", "auth_time"} <= set(first)
    with pytest.raises(InsufficientUserAuthentication) as asked:
        access_token.demand(first, acr_values=("urn:motcua:acr:eid2",), max_age=60, now=time.time() + 61)
    wanted = dict(part.split("=", 1) for part in asked.value.challenge().removeprefix("DPoP ").split(", "))
    again = {name: wanted[name].strip('"') for name in ("acr_values", "max_age")}
    world.sql("update sessions set auth_time = auth_time - interval '10 minutes' where ended_at is null")
    tokens = world.tokens(browser, person, rp, resource=NATIONAL, **again)
    access_token.demand(read(tokens["access_token"]), acr_values=("urn:motcua:acr:eid2",), max_age=60)
