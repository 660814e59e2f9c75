"""RFC 9700 4.14 at the running provider: one successor however many ask; reuse ends all, a lost answer nothing."""

from __future__ import annotations

import concurrent.futures
from typing import Any

import httpx
import pytest
from eid_harness.relying_party import RelyingParty
from eid_harness.world import World

from sandbox.testing import free_port

GRANTS = {"grant_types": ["authorization_code", "refresh_token"], "scope": "openid phone email offline_access"}


@pytest.fixture(scope="module")
def rotating(world: World) -> RelyingParty:
    """A client whose profile rotates."""
    rp = RelyingParty(
        world.eid.issuer,
        "rotating",
        "http://rotating.localhost:9000/cb",
        "rotating",
        more={**GRANTS, "profile": "oidc", "id_token_signed_response_alg": "ES256"},
    )
    world.eid.register(rp.metadata())
    return rp


@pytest.fixture(scope="module")
def lasting(world: World) -> RelyingParty:
    """A FAPI 2.0 client: its refresh token stays as it is."""
    rp = RelyingParty(world.eid.issuer, "lasting", "http://lasting.localhost:9000/cb", "lasting", more=GRANTS)
    world.eid.register(rp.metadata())
    return rp


def refreshed(rp: RelyingParty, token: str, **more: str) -> httpx.Response:
    return rp.token("refresh_token", refresh_token=token, **more)


def age_the_rotation(world: World, seconds: int) -> None:
    world.sql(f"update refresh_families set rotated_at = rotated_at - interval '{seconds} seconds'")


def first(world: World, rp: RelyingParty, **more: Any) -> dict[str, Any]:
    return world.tokens(world.browser(), world.person(), rp, **more)


def test_a_client_without_the_grant_type_gets_no_refresh_token(world: World) -> None:
    assert "refresh_token" not in first(world, world.national)


def test_every_use_gives_a_successor_and_the_same_person(world: World, rotating: RelyingParty) -> None:
    tokens = first(world, rotating)
    answer = refreshed(rotating, tokens["refresh_token"]).json()
    assert answer["refresh_token"] != tokens["refresh_token"]
    assert rotating.userinfo(answer["access_token"]).json()["sub"] == tokens["claims"]["sub"]
    again = refreshed(rotating, answer["refresh_token"]).json()
    assert len({tokens["refresh_token"], answer["refresh_token"], again["refresh_token"]}) == 3


def test_the_new_id_token_speaks_of_the_same_sign_in(world: World, rotating: RelyingParty) -> None:
    """OpenID Connect Core 12.2."""
    tokens = first(world, rotating)
    answer = refreshed(rotating, tokens["refresh_token"]).json()
    old, new = tokens["claims"], rotating.claims(answer["id_token"])
    assert {name: new[name] for name in ("iss", "sub", "aud", "auth_time", "acr")} == {
        name: old[name] for name in ("iss", "sub", "aud", "auth_time", "acr")
    }
    assert new["iat"] >= old["iat"]
    assert "nonce" not in new


def test_a_lost_answer_is_given_again_and_begins_no_second_family(world: World, rotating: RelyingParty) -> None:
    token = first(world, rotating)["refresh_token"]
    one, two = refreshed(rotating, token).json(), refreshed(rotating, token).json()
    assert one["refresh_token"] == two["refresh_token"]
    assert refreshed(rotating, one["refresh_token"]).status_code == 200


def test_reuse_after_the_grace_revokes_all(world: World, rotating: RelyingParty) -> None:
    token = first(world, rotating)["refresh_token"]
    successor = refreshed(rotating, token).json()
    age_the_rotation(world, 31)
    assert refreshed(rotating, token).json()["error"] == "invalid_grant"
    assert refreshed(rotating, successor["refresh_token"]).json()["error"] == "invalid_grant"
    assert rotating.userinfo(successor["access_token"]).status_code == 401


def test_a_token_two_generations_old_revokes_all_at_once(world: World, rotating: RelyingParty) -> None:
    token = first(world, rotating)["refresh_token"]
    newest = refreshed(rotating, refreshed(rotating, token).json()["refresh_token"]).json()
    assert refreshed(rotating, token).status_code == 400
    assert refreshed(rotating, newest["refresh_token"]).status_code == 400
    rows = world.sql("select event from audit where client_id = 'rotating' and event = 'refresh_reused'")
    assert rows


def test_two_hundred_redemptions_at_once_over_two_processes_give_one_successor(
    world: World, rotating: RelyingParty
) -> None:
    other = free_port()
    world.eid.start(f"127.0.0.1:{other}")
    token = first(world, rotating)["refresh_token"]
    forms = [rotating.authenticated(grant_type="refresh_token", refresh_token=token) for _ in range(200)]
    addresses = [f"{world.eid.issuer}/token", f"http://127.0.0.1:{other}/token"]

    def use(number: int) -> httpx.Response:
        return rotating.http.post(addresses[number % 2], data=forms[number])

    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(use, range(200)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    generations = world.sql("select generation from refresh_families where client_id = 'rotating' order by used_at")
    assert generations[-1] == (1,)


def test_without_rotation_two_hundred_at_once_all_count(world: World, lasting: RelyingParty) -> None:
    token = first(world, lasting)["refresh_token"]
    forms = [lasting.authenticated(grant_type="refresh_token", refresh_token=token) for _ in range(200)]
    proofs = [{"dpop": lasting.proof("POST", "/token")} for _ in range(200)]
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        answers = list(
            pool.map(
                lambda pair: lasting.http.post("/token", data=pair[0], headers=pair[1]), zip(forms, proofs, strict=True)
            )
        )
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["refresh_token"] for answer in answers} == {token}


def test_another_clients_refresh_token_is_worth_nothing_and_stays_unharmed(
    world: World, rotating: RelyingParty, lasting: RelyingParty
) -> None:
    token = first(world, rotating)["refresh_token"]
    assert refreshed(lasting, token).json()["error"] == "invalid_grant"
    assert refreshed(rotating, token).status_code == 200


def test_scope_can_shrink_for_one_token_and_never_grow(world: World, lasting: RelyingParty) -> None:
    tokens = first(world, lasting, scope="openid phone")
    shrunk = refreshed(lasting, tokens["refresh_token"], scope="openid").json()
    assert shrunk["scope"] == "openid"
    refused = refreshed(lasting, shrunk["refresh_token"], scope="openid phone email")
    assert refused.json()["error"] == "invalid_scope"
    assert refreshed(lasting, shrunk["refresh_token"]).json()["scope"] == "openid phone", "the refusal used nothing up"


def test_a_repeated_answer_widens_nothing_either(world: World, rotating: RelyingParty) -> None:
    token = first(world, rotating)["refresh_token"]
    assert refreshed(rotating, token).status_code == 200
    assert refreshed(rotating, token, scope="openid email").json()["error"] == "invalid_scope"
    assert refreshed(rotating, token, resource="https://other.example/").json()["error"] == "invalid_target"


def test_a_narrow_token_tells_less(world: World, lasting: RelyingParty) -> None:
    browser, person = world.browser(), world.person()
    started = lasting.start(scope="openid phone")
    browser.get(started.url)
    world.sign_in(browser, person)
    browser.submit("consent-accept", **{"item-phone": "yes"})
    tokens = lasting.redeem(lasting.callback(started, browser.landed), started.verifier).json()
    assert "phone_number" in lasting.userinfo(tokens["access_token"]).json()
    narrow = refreshed(lasting, tokens["refresh_token"], scope="openid").json()["access_token"]
    assert "phone_number" not in lasting.userinfo(narrow).json()
    blind = refreshed(lasting, tokens["refresh_token"], scope="phone").json()["access_token"]
    assert lasting.userinfo(blind).status_code == 403


def test_without_offline_access_it_ends_with_the_session(world: World, lasting: RelyingParty) -> None:
    browser, person = world.browser(), world.person()
    token = world.tokens(browser, person, lasting)["refresh_token"]
    browser.get("/account")
    browser.post("/logout", {})
    if browser.page is not None and browser.page.has("logout-confirm"):
        browser.submit("logout-confirm")
    assert refreshed(lasting, token).json()["error"] == "invalid_grant"


def test_offline_access_needs_its_own_yes_and_outlives_the_session(world: World, lasting: RelyingParty) -> None:
    """OpenID Connect Core 11: not ticked, it is not granted; ticked, a sign-out leaves it."""
    person = world.person()
    quiet = world.tokens(world.browser(), person, lasting, scope="openid offline_access", prompt="consent")
    assert quiet["scope"] == "openid"
    browser = world.browser()
    started = lasting.start(scope="openid offline_access", prompt="consent")
    browser.get(started.url)
    world.sign_in(browser, person)
    browser.submit("consent-accept", **{"item-offline_access": "yes"})
    tokens = lasting.redeem(lasting.callback(started, browser.landed), started.verifier).json()
    assert tokens["scope"] == "openid offline_access"
    world.sql("update sessions set ended_at = now() where ended_at is null")
    answer = refreshed(lasting, tokens["refresh_token"])
    assert answer.status_code == 200
    assert lasting.userinfo(answer.json()["access_token"]).status_code == 200


def test_a_locked_account_refreshes_nothing(world: World, lasting: RelyingParty) -> None:
    person = world.person()
    token = world.tokens(world.browser(), person, lasting)["refresh_token"]
    world.eid.import_people(person.line(state="locked", lock_reason="own_request"))
    assert refreshed(lasting, token).json()["error"] == "invalid_grant"


def test_idle_and_old_families_are_over(world: World, lasting: RelyingParty) -> None:
    for change in ("used_at = now() - interval '31 days'", "expires_at = now()"):
        token = first(world, lasting)["refresh_token"]
        world.sql(f"update refresh_families set {change} where client_id = 'lasting'")
        assert refreshed(lasting, token).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("token", ["", "x", "AAAA", "a" * 70, "é" * 70])
def test_no_other_text_is_a_refresh_token(world: World, lasting: RelyingParty, token: str) -> None:
    assert refreshed(lasting, token).json()["error"] in {"invalid_grant", "invalid_request"}


def test_the_table_holds_nothing_that_redeems(world: World, rotating: RelyingParty) -> None:
    token = first(world, rotating)["refresh_token"]
    rows = world.sql("select row_to_json(f)::text from refresh_families f")
    assert all(token not in row[0] and token[24:60] not in row[0] for row in rows)
