"""RFC 7662 and RFC 7009, what no test of their rules asks: methods, hints, unknown tokens, proof of the client."""

from __future__ import annotations

from typing import Any

import pytest
from eid_harness.relying_party import RelyingParty
from eid_harness.world import World

PATHS = ("/introspect", "/revoke")


@pytest.fixture(scope="module")
def app(world: World) -> RelyingParty:
    """A client with refresh tokens."""
    rp = RelyingParty(
        world.eid.issuer,
        "by-the-book",
        "http://national.localhost:8603/sach",
        "by-the-book",
        more={"grant_types": ["authorization_code", "refresh_token"]},
    )
    world.eid.register(rp.metadata())
    return rp


@pytest.fixture
def tokens(world: World, app: RelyingParty) -> dict[str, Any]:
    return world.tokens(world.browser(), world.person(), app)


def post(rp: RelyingParty, path: str, **form: str) -> Any:
    return rp.http.post(path, data=rp.authenticated(**form))


@pytest.mark.parametrize("path", PATHS)
def test_token_is_required_and_sent_by_post(app: RelyingParty, path: str) -> None:
    assert app.http.get(path, params=app.authenticated(token="x")).status_code == 405
    for form in ({}, {"token": ""}):
        got = post(app, path, **form)
        assert (got.status_code, got.json()["error"]) == (400, "invalid_request")
    assert app.http.post(path, json=app.authenticated(token="x")).status_code == 400


@pytest.mark.parametrize("path", PATHS)
def test_both_want_a_proven_client(world: World, app: RelyingParty, path: str) -> None:
    for form in ({"token": "x"}, {"token": "x", "client_id": app.client_id}):
        got = app.http.post(path, data=form)
        assert (got.status_code, got.json()["error"]) == (401, "invalid_client")
    proof = app.authenticated(token="x")
    assert app.http.post(path, data=proof).status_code == 200
    assert app.http.post(path, data=proof).status_code == 401  # the assertion counts once


def test_a_wrong_hint_hides_nothing(app: RelyingParty, tokens: dict[str, Any]) -> None:
    for hint in ("access_token", "refresh_token", "unheard_of", ""):
        for name in ("access_token", "refresh_token"):
            told = post(app, "/introspect", token=tokens[name], token_type_hint=hint)
            assert told.json()["active"] is True, (hint, name)
    post(app, "/revoke", token=tokens["refresh_token"], token_type_hint="access_token")
    assert post(app, "/introspect", token=tokens["refresh_token"]).json() == {"active": False}


def test_an_unknown_token_is_revoked_like_a_known_one(app: RelyingParty, tokens: dict[str, Any]) -> None:
    known = post(app, "/revoke", token=tokens["refresh_token"])
    for token in ("x", tokens["refresh_token"], tokens["access_token"] + "A", "a.b.c", "đ"):
        got = post(app, "/revoke", token=token)
        assert (got.status_code, got.content) == (known.status_code, known.content) == (200, b"")


def test_an_ended_token_says_nothing_but_inactive(world: World, app: RelyingParty, tokens: dict[str, Any]) -> None:
    told = post(app, "/introspect", token=tokens["access_token"])
    assert told.json()["active"] is True
    assert told.headers["cache-control"] == "no-store"
    post(app, "/revoke", token=tokens["access_token"])
    for name in ("access_token", "refresh_token"):
        assert post(app, "/introspect", token=tokens[name]).json() == {"active": False}
    assert app.userinfo(tokens["access_token"]).status_code == 401
