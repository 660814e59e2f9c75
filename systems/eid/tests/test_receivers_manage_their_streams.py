"""SSF 1.0 section 8.1: create, read, update, replace, delete, status, subjects, verification; and who may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from eid_harness.receiver import CAEP, EVERYTHING, POLL, PUSH, SSF, Receiver, own_token
from eid_harness.world import World

from eid.tokens.confirmation import Confirmation

SESSION_REVOKED = CAEP + "session-revoked"


@pytest.fixture
def receiver(world: World) -> Iterator[Receiver]:
    made = Receiver(world.eid, "national")
    yield made
    made.close()


def test_the_transmitter_describes_itself(world: World) -> None:
    said = world.national.http.get("/.well-known/ssf-configuration").json()
    assert said["issuer"] == world.eid.issuer
    assert said["spec_version"] == "1_0"
    assert said["delivery_methods_supported"] == [PUSH, POLL]
    for name in ("configuration", "status", "add_subject", "remove_subject", "verification"):
        assert world.national.http.request("OPTIONS", said[f"{name}_endpoint"]).status_code == 405
    assert world.national.http.get(said["jwks_uri"]).json()["keys"]


def test_a_stream_lives(receiver: Receiver, world: World) -> None:
    receiver.drop()
    assert receiver.call("GET", "/ssf/streams").json() == []
    asked = {"events_requested": [SESSION_REVOKED, "https://example.org/unknown"], "description": "sessions"}
    created = receiver.call("POST", "/ssf/streams", asked)
    assert created.status_code == 201
    stream = created.json()
    assert stream["iss"] == world.eid.issuer
    assert stream["aud"] == "national"
    assert stream["events_supported"] == EVERYTHING
    assert stream["events_requested"] == asked["events_requested"]
    assert stream["events_delivered"] == [SESSION_REVOKED]
    assert stream["delivery"] == {"method": POLL, "endpoint_url": f"{world.eid.issuer}/ssf/poll"}
    where = f"/ssf/streams?stream_id={stream['stream_id']}"
    assert receiver.call("GET", where).json() == stream
    assert receiver.call("GET", "/ssf/streams").json() == [stream]
    assert receiver.call("POST", "/ssf/streams", asked).status_code == 409

    push = {"method": PUSH, "endpoint_url": receiver.endpoint_url, "authorization_header": "Bearer secret"}
    patched = receiver.call("PATCH", "/ssf/streams", {"stream_id": stream["stream_id"], "delivery": push}).json()
    assert patched["delivery"] == {"method": PUSH, "endpoint_url": receiver.endpoint_url}
    assert patched["description"] == "sessions"
    kept = world.sql(f"select authorization_header from signal_streams where stream_id = '{stream['stream_id']}'")
    assert b"Bearer secret" not in bytes(kept[0][0])

    replaced = receiver.call("PUT", "/ssf/streams", patched | {"events_requested": EVERYTHING} | {"delivery": push})
    assert replaced.status_code == 200
    assert replaced.json()["events_delivered"] == EVERYTHING
    short = receiver.call("PUT", "/ssf/streams", {"stream_id": stream["stream_id"]}).json()
    assert (short["events_requested"], short["delivery"]["method"]) == ([], POLL)
    assert "description" not in short

    assert receiver.call("DELETE", where).status_code == 204
    assert receiver.call("GET", where).status_code == 404
    assert receiver.call("DELETE", where).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"delivery": {"method": "urn:example:pigeon"}},
        {"delivery": {"method": PUSH}},
        {"delivery": {"method": PUSH, "endpoint_url": "http://example.org/"}},
        {"delivery": {"method": PUSH, "endpoint_url": "https://user@example.org/"}},
        {"delivery": {"method": PUSH, "endpoint_url": "https://e.org/", "authorization_header": "a\r\nHost: b"}},
        {"delivery": {"method": POLL, "endpoint_url": "https://example.org/poll"}},
        {"delivery": None},
        {"events_requested": "all"},
        {"events_requested": [1]},
        {"description": 5},
        {"iss": "https://other.example"},
        {"aud": "quangtri"},
        {"events_delivered": []},
    ],
)
def test_what_a_stream_cannot_be_is_refused_and_changes_nothing(receiver: Receiver, wrong: dict[str, Any]) -> None:
    stream = receiver.create()
    for method in ("PATCH", "PUT"):
        answer = receiver.call(method, "/ssf/streams", {"stream_id": stream["stream_id"]} | wrong)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert receiver.call("GET", "/ssf/streams").json() == [stream]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"[" * 50_000, b"\xff"])
def test_nonsense_is_a_bad_request(receiver: Receiver, body: bytes) -> None:
    headers = {"authorization": f"Bearer {own_token(receiver.eid, 'national', 'ssf.manage ssf.read')}"}
    headers["content-type"] = "application/json"
    for method, path in (
        ("POST", "/ssf/streams"),
        ("PATCH", "/ssf/streams"),
        ("POST", "/ssf/status"),
        ("POST", "/ssf/subjects/add"),
        ("POST", "/ssf/verify"),
        ("POST", "/ssf/poll"),
    ):
        assert receiver.http.request(method, path, content=body, headers=headers).status_code == 400


def test_only_a_clients_own_token_with_the_scope_opens_it(receiver: Receiver, world: World) -> None:
    stream, eid = receiver.create(), world.eid
    person, browser = world.person(), world.browser()
    good = {"stream_id": stream["stream_id"], "status": "paused"}
    tokens: dict[str, int] = {
        world.tokens(browser, person)["access_token"]: 401,
        own_token(eid, "national", "ssf.manage", sub="somebody"): 401,
        own_token(eid, "national", "ssf.manage", audience=("https://other.example",)): 401,
        own_token(eid, "national", "ssf.manage", now=1_000_000_000): 401,
        own_token(eid, "nobody", "ssf.manage"): 401,
        own_token(eid, "national", "ssf.manage", cnf=Confirmation(jkt="bound to a key")): 401,
        "nonsense": 401,
        own_token(eid, "national", "openid"): 403,
        own_token(eid, "national", "ssf.read"): 403,
        own_token(eid, "quangtri", "ssf.manage"): 404,
    }
    for token, status in tokens.items():
        answer = receiver.call("POST", "/ssf/status", good, token=token)
        assert answer.status_code == status, answer.text
        if status in {401, 403}:
            assert answer.headers["www-authenticate"].startswith(("Bearer", "DPoP"))
    assert receiver.http.get("/ssf/streams").status_code == 401
    reader = own_token(eid, "national", "ssf.read")
    assert receiver.call("GET", "/ssf/streams", token=reader).json() == [stream]
    assert receiver.call("GET", "/ssf/streams", token=own_token(eid, "quangtri", "ssf.read")).json() == []


def test_the_status_is_told_and_set(receiver: Receiver) -> None:
    stream_id = receiver.create()["stream_id"]
    where = f"/ssf/status?stream_id={stream_id}"
    assert receiver.call("GET", where).json() == {"stream_id": stream_id, "status": "enabled"}
    paused = {"stream_id": stream_id, "status": "paused", "reason": "maintenance"}
    assert receiver.call("POST", "/ssf/status", paused).json() == paused
    assert receiver.call("GET", where).json() == paused
    for wrong in ({"status": "asleep"}, {"status": None}, {"stream_id": 7}, {"reason": "x" * 501}):
        assert receiver.call("POST", "/ssf/status", paused | wrong).status_code == 400
    assert receiver.call("POST", "/ssf/status", paused | {"stream_id": str(uuid4())}).status_code == 404


def test_a_verification_comes_with_its_state_and_not_too_often(receiver: Receiver) -> None:
    stream_id = receiver.create()["stream_id"]
    asked = {"stream_id": stream_id, "state": "VGhpcyBpcyBhbiBleGFtcGxl"}
    assert receiver.call("POST", "/ssf/verify", asked).status_code == 204
    claims = receiver.wait_for("verification")["verification"]
    assert claims["sub_id"] == {"format": "opaque", "id": stream_id}
    assert claims["events"] == {SSF + "verification": {"state": asked["state"]}}
    assert receiver.call("POST", "/ssf/verify", asked).status_code == 429
    assert receiver.call("POST", "/ssf/verify", asked | {"stream_id": str(uuid4())}).status_code == 404
    assert receiver.call("POST", "/ssf/verify", asked | {"state": 5}).status_code == 400


@pytest.mark.parametrize(
    "subject",
    [
        None,
        {},
        {"format": "iss_sub", "sub": "x"},
        {"format": "iss_sub", "iss": "https://other.example", "sub": "x"},
        {"format": "iss_sub", "iss": "", "sub": "x", "extra": 1},
        {"format": "email", "email": "mau@example.vn"},
        {"format": "phone_number", "phone_number": "+84900000001"},
        {"format": "complex", "session": {"format": "opaque", "id": "x"}},
    ],
)
def test_a_subject_that_we_do_not_take_is_refused(receiver: Receiver, subject: Any) -> None:
    stream_id = receiver.create()["stream_id"]
    for act in ("add", "remove"):
        answer = receiver.call("POST", f"/ssf/subjects/{act}", {"stream_id": stream_id, "subject": subject})
        assert answer.status_code == 400, answer.text


def test_an_unknown_subject_is_taken_like_a_known_one(receiver: Receiver, world: World) -> None:
    """SSF 9.3: nobody learns here who has an account."""
    stream_id = receiver.create()["stream_id"]
    person, browser = world.person(), world.browser()
    known = world.tokens(browser, person)["claims"]["sub"]
    foreign = world.tokens(browser, person, world.province)["claims"]["sub"]
    answers = set()
    for sub in (known, foreign, "nobody"):
        subject = {"format": "iss_sub", "iss": world.eid.issuer, "sub": sub}
        for act in ("add", "remove", "add") if sub == known else ("add", "remove"):
            answer = receiver.call("POST", f"/ssf/subjects/{act}", {"stream_id": stream_id, "subject": subject})
            answers.add((act, answer.status_code, answer.content))
    assert answers == {("remove", 204, b""), ("add", 200, b"")}
    assert world.sql("select count(*) from signal_exclusions") == [(0,)], "another sector's sub is nobody here"
