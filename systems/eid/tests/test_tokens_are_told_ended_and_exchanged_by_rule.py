"""RFC 7662, 9701, 7009, 8693, 6749 4.4: who may learn of a token, end it, pass it on; nothing ever rises."""

from __future__ import annotations

import time
from typing import Any

import pytest
from eid_harness.npm import Conversation, wish
from eid_harness.relying_party import RelyingParty
from eid_harness.world import World
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet

from eid.clients import Client, Name
from eid.grants import exchange
from eid.grants.exchange import ACCESS_TOKEN, Subject
from eid.oidc.errors import InvalidRequest, InvalidScope

FILES, TAX = "https://files.example/api", "https://tax.example/api"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"


def party(world: World, name: str, **more: Any) -> RelyingParty:
    rp = RelyingParty(world.eid.issuer, name, f"http://{name}.localhost:9000/cb", f"sector-{name}", more=more)
    world.eid.register(rp.metadata())
    return rp


@pytest.fixture(scope="module")
def app(world: World) -> RelyingParty:
    """A client that gets tokens for the files server."""
    return party(
        world,
        "app",
        grant_types=["authorization_code", "refresh_token", "client_credentials"],
        scope="openid phone read write",
        resources=[FILES],
    )


@pytest.fixture(scope="module")
def files(world: World) -> RelyingParty:
    """The files server, which calls the tax server for people."""
    return party(
        world,
        "files",
        grant_types=["authorization_code", EXCHANGE],
        scope="openid phone",
        resource_server=FILES,
        resources=[TAX],
    )


@pytest.fixture(scope="module")
def tax(world: World) -> RelyingParty:
    return party(
        world,
        "tax",
        grant_types=["authorization_code", EXCHANGE],
        scope="openid",
        resource_server=TAX,
        resources=[FILES],
    )


@pytest.fixture(scope="module")
def tokens(world: World, app: RelyingParty, files: RelyingParty, tax: RelyingParty) -> dict[str, Any]:
    return world.tokens(world.browser(), world.person(), app, scope="openid phone", resource=FILES)


def introspected(rp: RelyingParty, token: str, **headers: str) -> Any:
    answer = rp.http.post("/introspect", data=rp.authenticated(token=token), headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def exchanged(rp: RelyingParty, token: str, **form: str) -> Any:
    form = {"subject_token": token, "subject_token_type": ACCESS_TOKEN} | form
    return rp.token(EXCHANGE, **form)


def revoked(rp: RelyingParty, token: str) -> Any:
    return rp.http.post("/revoke", data=rp.authenticated(token=token))


def test_the_resource_server_learns_what_it_needs(tokens: dict[str, Any], files: RelyingParty) -> None:
    told = introspected(files, tokens["access_token"]).json()
    assert told["active"] is True
    assert told["aud"] == FILES
    assert told["client_id"] == "app"
    assert told["scope"] == "openid phone"
    assert told["acr"] == "urn:motcua:acr:eid2"
    assert told["auth_time"] <= time.time()
    known = "active token_type iss sub aud client_id exp iat jti scope acr auth_time cnf"
    assert set(told) <= set(known.split()), "nothing of the person but sub"


def test_a_client_that_is_not_the_audience_learns_nothing(
    tokens: dict[str, Any], tax: RelyingParty, world: World
) -> None:
    for stranger in (tax, world.national):
        assert introspected(stranger, tokens["access_token"]).json() == {"active": False}
        assert introspected(stranger, tokens["refresh_token"]).json() == {"active": False}


def test_a_client_learns_of_its_own_refresh_token(tokens: dict[str, Any], app: RelyingParty) -> None:
    assert introspected(app, tokens["refresh_token"]).json()["active"] is True


@pytest.mark.parametrize("token", ["x", "a.b.c", "é", "A" * 9000])
def test_anything_else_is_inactive(files: RelyingParty, token: str) -> None:
    assert introspected(files, token).json() == {"active": False}


def test_introspection_needs_an_authenticated_client(world: World) -> None:
    assert world.national.http.post("/introspect", data={"token": "x"}).status_code == 401
    assert world.national.http.post("/revoke", data={"token": "x"}).status_code == 401


def test_the_signed_answer_is_for_this_resource_server(tokens: dict[str, Any], files: RelyingParty) -> None:
    answer = introspected(files, tokens["access_token"], accept="application/token-introspection+jwt")
    assert answer.headers["content-type"] == "application/token-introspection+jwt"
    keys = KeySet.import_key_set(files.http.get("/jwks").json())
    decoded = jwt.decode(answer.text, keys, algorithms=["ES256"])
    assert decoded.header["typ"] == "token-introspection+jwt"
    assert decoded.claims["aud"] == "files"
    assert decoded.claims["iss"] == files.issuer
    assert not {"sub", "exp"} & set(decoded.claims), "RFC 9701 5: it can be taken for no other token"
    assert decoded.claims["token_introspection"]["active"] is True


def test_another_clients_token_is_not_revoked(tokens: dict[str, Any], files: RelyingParty, app: RelyingParty) -> None:
    for token in (tokens["access_token"], tokens["refresh_token"]):
        assert revoked(files, token).json()["error"] == "invalid_request"
    assert introspected(files, tokens["access_token"]).json()["active"] is True
    assert revoked(files, "nothing at all").status_code == 200


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_ends_the_grant(world: World, app: RelyingParty, files: RelyingParty, which: str) -> None:
    mine = world.tokens(world.browser(), world.person(), app, resource=FILES)
    assert revoked(app, mine[which]).status_code == 200
    assert introspected(files, mine["access_token"]).json() == {"active": False}
    assert app.token("refresh_token", refresh_token=mine["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_client_for_itself(app: RelyingParty, files: RelyingParty) -> None:
    answer = app.token("client_credentials", scope="read").json()
    assert "refresh_token" not in answer
    assert "id_token" not in answer
    told = introspected(files, answer["access_token"]).json()
    assert (told["sub"], told["client_id"], told["aud"], told["scope"]) == ("app", "app", FILES, "read")
    assert "acr" not in told
    assert app.userinfo(answer["access_token"]).status_code == 401
    assert revoked(app, answer["access_token"]).status_code == 200
    assert introspected(files, answer["access_token"]).json() == {"active": False}


@pytest.mark.parametrize("scope", ["openid", "read phone", "delete"])
def test_a_client_for_itself_gets_no_scope_of_a_person_and_none_unregistered(app: RelyingParty, scope: str) -> None:
    assert app.token("client_credentials", scope=scope).json()["error"] == "invalid_scope"


def test_a_client_for_itself_names_registered_servers_only(app: RelyingParty) -> None:
    assert app.token("client_credentials", resource=TAX).json()["error"] == "invalid_target"


def test_an_unregistered_grant_type_is_refused(world: World) -> None:
    for grant_type in ("client_credentials", "refresh_token", EXCHANGE):
        assert world.national.token(grant_type).json()["error"] == "unauthorized_client"


def test_exchange_says_who_acts_and_for_whom(
    tokens: dict[str, Any], files: RelyingParty, tax: RelyingParty, world: World
) -> None:
    answer = exchanged(files, tokens["access_token"], resource=TAX)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert document["issued_token_type"] == ACCESS_TOKEN
    assert "refresh_token" not in document
    told = introspected(tax, document["access_token"]).json()
    before = introspected(files, tokens["access_token"]).json()
    assert told["act"] == {"sub": "files"}
    assert told["aud"] == TAX
    assert (told["acr"], told["auth_time"]) == (before["acr"], before["auth_time"])
    assert told["exp"] <= before["exp"]
    assert told["sub"] != before["sub"], "each sector knows the person by its own name"
    assert introspected(files, document["access_token"]).json()["client_id"] == "files"


def test_a_chain_names_every_actor(tokens: dict[str, Any], files: RelyingParty, tax: RelyingParty) -> None:
    one = exchanged(files, tokens["access_token"], resource=TAX).json()["access_token"]
    two = exchanged(tax, one, resource=FILES).json()["access_token"]
    assert introspected(files, two).json()["act"] == {"sub": "tax", "act": {"sub": "files"}}


def test_exchange_of_a_token_for_somebody_else_is_refused(tokens: dict[str, Any], tax: RelyingParty) -> None:
    assert exchanged(tax, tokens["access_token"], resource=FILES).json()["error"] == "invalid_request"


def test_exchange_says_nothing_to_unregistered_targets(
    tokens: dict[str, Any], tax: RelyingParty, files: RelyingParty
) -> None:
    """The files server may go to the tax server and nowhere else, not even back to itself."""
    assert exchanged(files, tokens["access_token"], resource=FILES).json()["error"] == "invalid_target"


def test_an_actor_token_of_somebody_else_is_refused(
    world: World, tokens: dict[str, Any], app: RelyingParty, files: RelyingParty
) -> None:
    official = world.tokens(world.browser(), world.person(), files)
    good = exchanged(
        files,
        tokens["access_token"],
        resource=TAX,
        actor_token=official["access_token"],
        actor_token_type=ACCESS_TOKEN,
    )
    assert good.status_code == 200, good.text
    stranger = world.tokens(world.browser(), world.person(), world.national)
    bad = exchanged(
        files,
        tokens["access_token"],
        resource=TAX,
        actor_token=stranger["access_token"],
        actor_token_type=ACCESS_TOKEN,
    )
    assert bad.json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"resource": "https://other.example/"}, "invalid_target"),
        ({}, "invalid_target"),
        ({"resource": TAX, "audience": FILES}, "invalid_target"),
        ({"resource": TAX, "scope": "openid phone email"}, "invalid_scope"),
        (
            {"resource": TAX, "requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
            "invalid_request",
        ),
        ({"resource": TAX, "actor_token": "x"}, "invalid_request"),
        ({"resource": TAX, "actor_token": "x", "actor_token_type": ACCESS_TOKEN}, "invalid_request"),
        ({"resource": TAX, "subject_token_type": "urn:ietf:params:oauth:token-type:id_token"}, "invalid_request"),
    ],
)
def test_exchange_widens_nothing(tokens: dict[str, Any], files: RelyingParty, form: dict[str, str], error: str) -> None:
    assert exchanged(files, tokens["access_token"], **form).json()["error"] == error


def test_what_was_exchanged_ends_with_the_grant_and_also_alone(
    world: World, app: RelyingParty, files: RelyingParty, tax: RelyingParty
) -> None:
    mine = world.tokens(world.browser(), world.person(), app, resource=FILES)
    one = exchanged(files, mine["access_token"], resource=TAX).json()["access_token"]
    two = exchanged(files, mine["access_token"], resource=TAX).json()["access_token"]
    assert revoked(files, one).status_code == 200
    assert introspected(tax, one).json() == {"active": False}
    assert introspected(tax, two).json()["active"] is True
    assert introspected(files, mine["access_token"]).json()["active"] is True, "only its own end"
    revoked(app, mine["refresh_token"])
    assert introspected(tax, two).json() == {"active": False}
    assert exchanged(files, mine["access_token"], resource=TAX).json()["error"] == "invalid_request"


CLIENT = Client(
    client_id="files",
    client_name="files",
    organization=Name("f", "f"),
    sector="s",
    system="sandbox",
    scope="openid phone",
    resource_server=FILES,
    resources=(TAX,),
)
WORDS = st.lists(st.sampled_from(["openid", "phone", "email", "read"]), unique=True, max_size=4)


@given(
    held=WORDS,
    asked=WORDS,
    audience=st.sampled_from([(FILES,), (TAX,), (FILES, TAX), ()]),
    times=st.tuples(st.integers(0, 1000), st.integers(0, 1000)),
    depth=st.integers(0, 6),
)
def test_whatever_is_exchanged_says_at_most_what_the_subject_said(
    held: list[str], asked: list[str], audience: tuple[str, ...], times: tuple[int, int], depth: int
) -> None:
    exp, latest = times
    act: dict[str, Any] | None = None
    for number in range(depth):
        act = {"sub": str(number)} | ({"act": act} if act else {})
    subject = Subject("app", audience, tuple(held), exp, "urn:motcua:acr:eid1", 5, act)
    try:
        new = exchange.exchange(
            CLIENT, subject, target=TAX, scope=" ".join(asked), actor={"sub": "files"}, latest=latest
        )
    except (InvalidRequest, InvalidScope):
        return
    assert FILES in audience
    assert set(new.scope) <= set(held) & {"openid", "phone"}
    assert new.exp <= min(exp, latest)
    assert (new.acr, new.auth_time) == (subject.acr, subject.auth_time)
    assert new.act["sub"] == "files"
    assert new.act.get("act") == act
    assert depth < exchange.MAX_ACTORS


@pytest.mark.parametrize(("more", "alg"), [({}, "RS256"), ({"introspection_signed_response_alg": "ES256"}, "ES256")])
def test_the_answer_is_signed_as_the_caller_registered(
    world: World, tokens: dict[str, Any], more: dict[str, Any], alg: str
) -> None:
    """RFC 9701 6: RS256 unless it says otherwise; its profile knows no RS256, then ES256."""
    name = f"files-{alg.lower()}"
    rp = RelyingParty(world.eid.issuer, name, f"http://{name}.localhost:9000/cb", name, more={"profile": "oidc"} | more)
    world.eid.register(rp.metadata())
    answer = introspected(rp, tokens["access_token"], accept="application/token-introspection+jwt")
    keys = KeySet.import_key_set(rp.http.get("/jwks").json())
    decoded = jwt.decode(answer.text, keys, algorithms=[alg])
    assert (decoded.claims["aud"], decoded.claims["token_introspection"]) == (name, {"active": False})
    said = rp.http.get("/.well-known/openid-configuration").json()
    assert alg in said["introspection_signing_alg_values_supported"]
    assert "introspection_encryption_alg_values_supported" not in said


def test_openid_client_exchanges_a_token(tokens: dict[str, Any], files: RelyingParty, tax: RelyingParty) -> None:
    asked = {"subject_token": tokens["access_token"], "subject_token_type": ACCESS_TOKEN, "resource": TAX}
    with Conversation("openid_client.mjs", flow="exchange", **wish(files, parameters=asked)) as talk:
        answer = talk.hear()
    assert (answer["token_type"], answer["issued_token_type"]) == ("dpop", ACCESS_TOKEN)
    assert introspected(tax, answer["access_token"]).json()["act"]["sub"] == files.client_id
