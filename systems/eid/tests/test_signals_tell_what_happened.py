"""CAEP and RISC events of real acts, to whoever knows the person: pushed in order, polled, retried, once told."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from eid_harness.browser import Browser
from eid_harness.receiver import CAEP, EVERYTHING, POLL, RISC, Receiver
from eid_harness.world import VERIFIED, Person, World

from eid.signals import events
from sandbox.testing import free_port


@pytest.fixture
def receiver(world: World) -> Iterator[Receiver]:
    made = Receiver(world.eid, "national")
    made.create()
    yield made
    made.close()


def known(world: World, **more: Any) -> tuple[Person, Browser, dict[str, Any]]:
    """A person whom the national portal has met, with a session."""
    person, browser = world.person(**more), world.browser()
    return person, browser, world.tokens(browser, person)["claims"]


def person_of(world: World, claims: dict[str, Any]) -> dict[str, str]:
    return {"format": "iss_sub", "iss": world.eid.issuer, "sub": claims["sub"]}


def test_a_session_that_the_owner_ends_is_revoked_where_it_was_used(world: World, receiver: Receiver) -> None:
    province = Receiver(world.eid, "quangtri")
    province.create()
    person, browser, claims = known(world)
    world.tokens(world.browser(), person, world.province)
    browser.get("/logout")
    browser.submit("logout-confirm")
    told = receiver.wait_for("session-revoked")["session-revoked"]
    session = {"format": "opaque", "id": claims["sid"]}
    assert told["sub_id"] == {"format": "complex", "user": person_of(world, claims), "session": session}
    event = told["events"][CAEP + "session-revoked"]
    assert event["initiating_entity"] == "user"
    assert abs(event["event_timestamp"] - time.time()) < 10
    assert told["toe"] == event["event_timestamp"]
    pushed = receiver.pushed[-1]
    assert pushed.headers["content-type"] == "application/secevent+jwt"
    assert pushed.headers["accept"] == "application/json"
    assert pushed.headers["authorization"] == "Bearer pushed"
    time.sleep(0.6)
    assert province.pushed == [], "the province took no part in that session"
    province.close()


def test_a_lock_disables_and_an_unlock_enables(world: World, receiver: Receiver) -> None:
    person, browser, claims = known(world)
    browser.get("/account/lock")
    button = browser.page.soup.find("form", action="/account/lock").find("button")  # type: ignore[union-attr]
    form = button.find_parent("form")
    fields = {i["name"]: i.get("value", "") for i in form.find_all("input") if i.get("name")}
    browser.post("/account/lock", fields)
    receiver.wait_for("session-revoked", "account-disabled")
    names = [name for name, _ in receiver.events()]
    assert names == ["session-revoked", "account-disabled"], "in the order of the act"
    disabled = dict(receiver.events())["account-disabled"]
    assert disabled["sub_id"] == person_of(world, claims)
    assert disabled["events"] == {RISC + "account-disabled": {}}
    world.eid.import_people(person.line())
    enabled = receiver.wait_for("account-enabled")["account-enabled"]
    assert enabled["sub_id"] == person_of(world, claims)


def test_an_import_tells_each_difference_and_nothing_else(world: World, receiver: Receiver) -> None:
    person, _, _ = known(world)
    world.eid.import_people(person.line())
    time.sleep(0.8)
    assert receiver.pushed == [], "nothing changed, also not the password"
    world.eid.import_people(person.line(password="Song-Ben-Hai-1954", phone="0911222333", level=1))
    told = receiver.wait_for("credential-change", "identifier-changed", "assurance-level-change")
    changes = [c["events"][CAEP + "credential-change"] for n, c in receiver.events() if n == "credential-change"]
    assert [(c["credential_type"], c["change_type"], c["initiating_entity"]) for c in changes] == [
        ("password", "update", "admin"),
        ("phone-sms", "update", "admin"),
    ]
    level = told["assurance-level-change"]["events"][CAEP + "assurance-level-change"]
    assert (level["previous_level"], level["current_level"]) == ("urn:motcua:acr:eid2", "urn:motcua:acr:eid1")
    assert (level["change_direction"], level["namespace"]) == ("decrease", "urn:motcua:acr")
    assert len({claims["txn"] for _, claims in receiver.events()}) == 1, "one act, one txn"
    assert len({claims["jti"] for _, claims in receiver.events()}) == len(receiver.events())


def test_a_death_at_the_register_closes_and_tells(world: World, receiver: Receiver) -> None:
    person, browser, claims = known(world)
    world.register.answers[person.personal_id] = ("MATCH", "dead")
    started = world.national.start(claims=VERIFIED)
    browser.get(started.url)
    told = receiver.wait_for("account-disabled", "person-deceased")
    assert told["person-deceased"]["sub_id"] == person_of(world, claims)
    assert told["session-revoked"]["events"][CAEP + "session-revoked"]["initiating_entity"] == "policy"


def test_a_stranger_and_a_removed_person_are_not_told_of(world: World, receiver: Receiver) -> None:
    stream_id = receiver.call("GET", "/ssf/streams").json()[0]["stream_id"]
    stranger = world.person()
    person, browser, claims = known(world)
    subject = {"stream_id": stream_id, "subject": person_of(world, claims)}
    assert receiver.call("POST", "/ssf/subjects/remove", subject).status_code == 204
    world.eid.import_people(stranger.line(state="locked"), person.line(state="locked"))
    time.sleep(0.8)
    assert receiver.pushed == []
    opaque = subject | {"subject": {"format": "opaque", "id": claims["sub"]}, "verified": True}
    assert receiver.call("POST", "/ssf/subjects/add", opaque).status_code == 200
    world.eid.import_people(person.line())
    assert receiver.wait_for("account-enabled")["account-enabled"]["sub_id"] == person_of(world, claims)
    assert browser.get("/account").has("login-submit")


def test_a_receiver_that_is_away_gets_everything_later_in_order(world: World, receiver: Receiver) -> None:
    person, _, _ = known(world)
    receiver.answer = lambda token: (503, b"")
    world.eid.import_people(person.line(state="locked"))
    world.eid.import_people(person.line())
    deadline = time.monotonic() + 5
    while len(receiver.pushed) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    refused = {name for name, _ in receiver.events()}
    assert refused == {"session-revoked"}, "the head of the line is tried again; nobody overtakes"
    first = receiver.events()[0][1]["jti"]
    receiver.pushed.clear()
    receiver.answer = lambda token: (202, b"")
    receiver.wait_for("account-enabled", seconds=12)
    names = [name for name, _ in receiver.events()]
    assert names == ["session-revoked", "account-disabled", "account-enabled"]
    assert receiver.events()[0][1]["jti"] == first, "the same token over all attempts"


def test_a_refused_event_does_not_hold_up_the_next(world: World, receiver: Receiver) -> None:
    person, _, _ = known(world)
    body = json.dumps({"err": "invalid_request", "description": "no"}).encode()
    receiver.answer = lambda token: (400, body) if len(receiver.pushed) == 1 else (202, b"")
    world.eid.import_people(person.line(state="locked"))
    receiver.wait_for("session-revoked", "account-disabled")
    time.sleep(0.4)
    rows = world.sql("select refused from signal_outbox where settled_at is not null order by id desc limit 2")
    assert [row[0] for row in rows] == [None, "invalid_request"]


def test_paused_keeps_and_disabled_drops(world: World, receiver: Receiver) -> None:
    stream_id = receiver.call("GET", "/ssf/streams").json()[0]["stream_id"]
    person, _, _ = known(world)

    def status(word: str) -> None:
        assert receiver.call("POST", "/ssf/status", {"stream_id": stream_id, "status": word}).status_code == 200

    status("paused")
    world.eid.import_people(person.line(state="locked"))
    time.sleep(0.8)
    assert receiver.pushed == []
    status("enabled")
    receiver.wait_for("account-disabled")
    receiver.pushed.clear()
    status("disabled")
    world.eid.import_people(person.line())
    status("enabled")
    time.sleep(0.8)
    assert receiver.pushed == []


def test_a_poll_waits_hands_out_again_and_forgets_what_is_acknowledged(world: World) -> None:
    receiver = Receiver(world.eid, "national")
    receiver.create(delivery={"method": POLL})
    person, _, _ = known(world)
    assert receiver.poll() == {"sets": {}}
    world.eid.import_people(person.line(state="locked"))
    one = receiver.poll(maxEvents=1)
    assert (len(one["sets"]), one.get("moreAvailable")) == (1, True)
    jti, token = next(iter(one["sets"].items()))
    claims = receiver.read(token)
    assert (claims["jti"], list(claims["events"])) == (jti, [CAEP + "session-revoked"])
    both = receiver.poll()["sets"]
    assert jti in both, "not acknowledged, so it comes again"
    assert both[jti] == token
    rest = receiver.poll(ack=[jti, "unknown", "00000000-0000-0000-0000-000000000000"])["sets"]
    assert len(rest) == 1
    last = next(iter(rest))
    error = {last: {"err": "jwtParse", "description": "no"}}
    assert receiver.poll(setErrs=error, maxEvents=0) == {"sets": {}}
    assert world.sql("select refused from signal_outbox where jti = %s", last) == [("jwtParse",)]
    began = time.monotonic()
    assert receiver.call("POST", "/ssf/poll", {"maxEvents": -1}).status_code == 400
    world.eid.import_people(person.line())
    waited = receiver.poll(returnImmediately=False)["sets"]
    assert list(receiver.read(next(iter(waited.values())))["events"]) == [RISC + "account-enabled"]
    assert time.monotonic() - began < 15
    receiver.close()
    assert receiver.call("POST", "/ssf/poll", {}).status_code == 404


def test_two_processes_push_each_event_once_and_in_order(world: World, receiver: Receiver) -> None:
    second = world.eid.start(f"127.0.0.1:{free_port()}")
    people = [known(world)[0] for _ in range(3)]
    for _ in range(4):
        world.eid.import_people(*(person.line(state="locked") for person in people))
        world.eid.import_people(*(person.line() for person in people))
    deadline = time.monotonic() + 15
    while len(receiver.pushed) < 27 and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.5)
    second.terminate()
    second.wait(10)
    world.eid.processes.remove(second)
    told = [claims for _, claims in receiver.events()]
    jtis = [claims["jti"] for claims in told]
    assert len(jtis) == len(set(jtis)) == 3 + 24
    order = dict(world.sql("select jti::text, id from signal_outbox order by id desc limit 60"))
    assert [order[jti] for jti in jtis] == sorted(order[jti] for jti in jtis)


def test_nothing_personal_waits_in_the_outbox(world: World, receiver: Receiver) -> None:
    person, browser, _ = known(world)
    world.eid.import_people(person.line(phone="0988777666", email="khac@example.vn", state="locked"))
    receiver.wait_for("identifier-changed")
    rows = world.sql("select row_to_json(o)::text from signal_outbox o")
    whole = "\n".join(row[0] for row in rows) + "\n".join(str(claims) for _, claims in receiver.events())
    for value in (person.personal_id, person.phone, person.email, "0988777666", "khac@example.vn", person.full_name):
        assert value not in whole
    browser.get(f"/logout?{urlencode({'client_id': 'national'})}")


def test_every_supported_event_is_raised_somewhere() -> None:
    assert set(events.SUPPORTED) == set(EVERYTHING)
