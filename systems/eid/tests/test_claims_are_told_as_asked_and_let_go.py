"""Standard claims (Core 5.1, 5.4, 5.5): by scope and by name, in userinfo and ID token, plain, signed and encrypted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from eid_harness.relying_party import RelyingParty
from eid_harness.world import World
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, KeySet

from eid.grants import standard_claims
from eid.oidc import claims

SCOPE = "openid profile email address phone"
ADDRESS = {"formatted": "1 Hùng Vương, Đông Hà", "country": "VN"}


@pytest.fixture(scope="module")
def oidc(world: World) -> RelyingParty:
    rp = RelyingParty(
        world.eid.issuer, "oidc", "http://national.localhost:8603/vneid/tro-ve", "oidc",
        more={"profile": "oidc", "scope": SCOPE, "id_token_signed_response_alg": "ES256", "subject_type": "public"},
    )  # fmt: skip
    world.eid.register(rp.metadata())
    return rp


def told(world: World, rp: RelyingParty, person: Any, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    answer = world.tokens(world.browser(), person, rp, **more)
    return rp.userinfo(answer["access_token"]).json(), answer["claims"]


def test_each_scope_tells_its_claims(world: World, oidc: RelyingParty) -> None:
    person = world.person(claims={"address": ADDRESS, "website": "https://duyen.example", "email_verified": True})
    got, in_token = told(world, oidc, person, scope=SCOPE)
    assert got["family_name"], got["given_name"] == (person.full_name.split()[0], person.full_name.split()[-1])
    assert (got["name"], got["birthdate"], got["gender"]) == (person.full_name, "1985-02-12", "female")
    assert (got["email"], got["email_verified"], got["phone_number_verified"]) == (person.email, True, True)
    assert (got["address"], got["website"], got["locale"]) == (ADDRESS, "https://duyen.example", "vi-VN")
    assert isinstance(got["updated_at"], int)
    assert not set(claims.STANDARD) & set(in_token), "with a code, scopes tell at userinfo (Core 5.4)"


def test_what_was_not_asked_for_is_not_told(world: World, oidc: RelyingParty) -> None:
    got, _ = told(world, oidc, world.person(), scope="openid email")
    assert set(got) == {"sub", "eid_level", "email", "email_verified"}


def test_claims_by_name(world: World, oidc: RelyingParty) -> None:
    asked = {"userinfo": {"given_name": {"essential": True}, "nickname": None, "unheard_of": None}}
    got, _ = told(world, oidc, world.person(), claims=asked)
    assert set(got) == {"sub", "eid_level", "given_name"}


def test_the_id_token_holds_what_was_asked_for_there_and_let_go(world: World, oidc: RelyingParty) -> None:
    person = world.person()
    got, in_token = told(world, oidc, person, claims={"id_token": {"email": {"essential": True}}})
    assert in_token["email"] == person.email
    assert "email" not in got


def test_the_default_profile_keeps_identity_out_of_the_id_token(world: World) -> None:
    person = world.person()
    asked = {"id_token": {"name": {"essential": True}, "email": None}}
    _, in_token = told(world, world.national, person, claims=asked)
    assert set(in_token) == {"iss", "sub", "aud", "exp", "iat", "nonce", "auth_time", "acr", "amr", "sid"}


def test_a_voluntary_claim_is_the_persons_choice(world: World) -> None:
    """Law 91/2025: unticked, not told; an essential one is named as needed."""
    browser, person = world.browser(), world.person()
    asked = {"userinfo": {"email": None, "given_name": {"essential": True}}}
    started = world.national.start(claims=asked)
    browser.get(started.url)
    world.sign_in(browser, person)
    assert browser.page is not None
    assert browser.page.has("item-claim.email")
    assert "Given name" in browser.page.text
    browser.submit("consent-accept")
    code = world.national.callback(started, browser.landed)
    token = world.national.redeem(code, started.verifier).json()["access_token"]
    got = world.national.userinfo(token).json()
    assert "email" not in got
    assert got["given_name"] == person.full_name.split()[-1]


def test_only_the_person_that_was_asked_for(world: World, oidc: RelyingParty) -> None:
    """Core 5.5.1: a `sub` asked for by value is that person or an error."""
    person, browser = world.person(), world.browser()
    sub = world.tokens(browser, person, oidc)["claims"]["sub"]
    for value, answer in ((sub, "code"), ("somebody-else", "error")):
        started = oidc.start(prompt="none", claims={"id_token": {"sub": {"value": value}}})
        browser.get(started.url)
        assert answer in oidc.response(browser.landed), value


def test_public_subjects_are_one_name_for_all(world: World, oidc: RelyingParty) -> None:
    other = RelyingParty(oidc.issuer, "oidc-2", oidc.redirect_uri, "x", more=oidc.more)
    world.eid.register(other.metadata())
    person, browser = world.person(), world.browser()
    subs = {world.tokens(browser, person, rp)["claims"]["sub"] for rp in (oidc, other)}
    assert len(subs) == 1
    assert world.tokens(browser, person)["claims"]["sub"] not in subs


def test_userinfo_and_id_token_signed_and_encrypted_to_the_client(world: World) -> None:
    """Core 5.3.2 and 16.14: signed first, then encrypted; nobody between reads it."""
    key = ECKey.generate_key("P-256", {"use": "enc", "alg": "ECDH-ES+A256KW"}, auto_kid=True)
    rp = RelyingParty(world.eid.issuer, "closed", "http://national.localhost:8603/vneid/tro-ve", "closed")
    wish = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}
    world.eid.register(
        rp.metadata()
        | {"jwks": {"keys": [rp.key.as_dict(private=False), key.as_dict(private=False)]}}
        | {
            f"{kind}_encrypted_response_{name}": value
            for kind in ("id_token", "userinfo")
            for name, value in wish.items()
        }
        | {"userinfo_signed_response_alg": "ES256"}
    )
    browser, person = world.browser(), world.person()
    started = world.authorize(browser, person, rp)
    answer = rp.redeem(rp.callback(started, browser.landed), started.verifier).json()
    keys = KeySet.import_key_set(rp.http.get("/jwks").json())

    def opened(text: str) -> dict[str, Any]:
        inside = jwe.decrypt_compact(text, key, algorithms=list(wish.values()))
        assert inside.protected["cty"] == "JWT"
        return jwt.decode((inside.plaintext or b"").decode(), keys, algorithms=["ES256"]).claims

    assert opened(answer["id_token"])["nonce"] == started.nonce
    got = rp.userinfo(answer["access_token"])
    assert got.headers["content-type"] == "application/jwt"
    assert (opened(got.text)["aud"], opened(got.text)["iss"]) == (rp.client_id, rp.issuer)


@given(st.text(st.characters(categories=["L", "Zs"]), max_size=40), st.sampled_from(["1985-02-12", "1985-02", "1985"]))
def test_names_are_put_together_as_in_vietnam(full_name: str, birth_date: str) -> None:
    got = standard_claims.compose(
        full_name=full_name, birth_date=birth_date, sex="F", phone=None, email=None, extra={}, updated_at=None
    )
    parts = [got.get(name) for name in ("family_name", "middle_name", "given_name")]
    assert " ".join(part for part in parts if part).split() == full_name.split()
    assert got["birthdate"] in {"1985-02-12", "1985"}
    assert set(got) <= set(claims.STANDARD)
    assert json.dumps(got)
