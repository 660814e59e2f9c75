"""Client authentication (RFC 6749 2.3): the registered method and no other, one at a time."""

from __future__ import annotations

import base64
import time
from statistics import median
from typing import Any
from urllib.parse import quote_plus

import httpx
import pytest
from eid_harness.relying_party import RelyingParty
from eid_harness.world import World

from eid.clients import secret

SECRET = secret.make()


@pytest.fixture(scope="module")
def parties(world: World) -> dict[str, RelyingParty]:
    made = {}
    for method in ("client_secret_basic", "client_secret_post"):
        more = {"profile": "oidc", "token_endpoint_auth_method": method, "client_secret": SECRET, "jwks": None}
        rp = RelyingParty(world.eid.issuer, f"by {method}", "https://portal.example/cb", method, more=more)
        world.eid.register(rp.metadata())
        made[method] = rp
    keeps = {"profile": "oidc", "token_endpoint_auth_method": "client_secret_basic", "client_secret": SECRET}
    rp = RelyingParty(world.eid.issuer, "a secret beside a key", "https://portal.example/cb", "both", more=keeps)
    world.eid.register(rp.metadata())
    made["a secret beside a key"] = rp
    return made


def basic(client_id: str, given: str) -> dict[str, str]:
    pair = f"{quote_plus(client_id)}:{quote_plus(given)}"
    return {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def push(rp: RelyingParty, form: dict[str, str], **headers: str) -> httpx.Response:
    return rp.http.post("/par", data=rp.parameters()[0] | form, headers=headers)


def refused(answer: httpx.Response) -> bool:
    return (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_secret_by_basic(parties: dict[str, RelyingParty]) -> None:
    rp = parties["client_secret_basic"]
    assert push(rp, {}, **basic(rp.client_id, SECRET)).status_code == 201
    wrong = push(rp, {}, **basic(rp.client_id, SECRET[:-1]))
    assert refused(wrong)
    assert wrong.headers["www-authenticate"].startswith("Basic ")


def test_a_secret_in_the_form(parties: dict[str, RelyingParty]) -> None:
    rp = parties["client_secret_post"]
    form = {"client_id": rp.client_id, "client_secret": SECRET}
    assert push(rp, form).status_code == 201
    assert refused(push(rp, form | {"client_secret": "x"}))


def test_the_registered_method_and_no_other(world: World, parties: dict[str, RelyingParty]) -> None:
    by_basic, by_post = parties["client_secret_basic"], parties["client_secret_post"]
    assert refused(push(by_basic, {"client_id": by_basic.client_id, "client_secret": SECRET}))
    assert refused(push(by_post, {}, **basic(by_post.client_id, SECRET)))
    assert refused(push(by_basic, by_basic.authenticated()))
    has_a_key = parties["a secret beside a key"]
    assert push(has_a_key, {}, **basic(has_a_key.client_id, SECRET)).status_code == 201
    assert refused(push(has_a_key, has_a_key.authenticated())), "a published key is not a way to sign in"
    assert refused(push(by_basic, {"client_id": by_basic.client_id}))
    assert refused(push(world.national, {"client_id": "national"}))
    assert refused(push(world.national, {"client_id": "national", "client_secret": SECRET}))


def test_two_ways_at_once_are_none(world: World, parties: dict[str, RelyingParty]) -> None:
    by_basic, by_post = parties["client_secret_basic"], parties["client_secret_post"]
    both = push(by_basic, {"client_secret": SECRET}, **basic(by_basic.client_id, SECRET))
    with_secret = push(world.national, world.national.authenticated(client_secret=SECRET))
    with_header = push(world.national, world.national.authenticated(), **basic("national", SECRET))
    for answer in (both, with_secret, with_header):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    crossed = push(by_basic, {"client_id": by_post.client_id}, **basic(by_basic.client_id, SECRET))
    assert refused(crossed)


@pytest.mark.parametrize("value", ["Basic", "Basic !!!", "Basic YWJj", "Bearer YTpi", "Basic YTpi YTpi", "é"])
def test_a_header_that_cannot_be_read_is_no_client(parties: dict[str, RelyingParty], value: str) -> None:
    rp = parties["client_secret_basic"]
    headers: Any = {"authorization": value.encode("latin-1")}
    assert refused(rp.http.post("/par", data=rp.parameters()[0], headers=headers))


def test_an_unknown_client_and_a_wrong_secret_read_alike(parties: dict[str, RelyingParty]) -> None:
    """In words; and in time: the same hash and comparison are done for a client that nobody registered."""
    rp = parties["client_secret_basic"]
    wrong, unknown = push(rp, {}, **basic(rp.client_id, "x")), push(rp, {}, **basic("nobody", "x"))
    assert wrong.json() == unknown.json()
    assert wrong.headers["www-authenticate"] == unknown.headers["www-authenticate"]

    def cost(name: str) -> float:
        began = time.perf_counter()
        push(rp, {}, **basic(name, "x"))
        return time.perf_counter() - began

    times = {name: median(cost(name) for _ in range(15)) for name in (rp.client_id, "nobody")}
    assert max(times.values()) < 20 * min(times.values()), "no order of magnitude tells them apart"
