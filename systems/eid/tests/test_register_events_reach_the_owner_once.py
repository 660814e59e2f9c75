"""RFC 8417, RFC 8935: the register's push is verified, opened, kept once, and told at once."""

from __future__ import annotations

import secrets
import time
from typing import Any

import pytest
from eid_harness.register import Register
from eid_harness.relying_party import new_key
from eid_harness.world import World, made_up

from wire import signed

JWKS: dict[str, Any] = {}


def push(world: World, token: str, content_type: str = "application/secevent+jwt") -> Any:
    return world.national.http.post("/register-events", content=token, headers={"content-type": content_type})


def event(world: World, number: str, **more: Any) -> str:
    if not JWKS:
        JWKS.update(world.client_jwks())
    return world.register.event(world.eid.issuer, JWKS, number, **more)


def test_the_owner_is_told_at_once_and_once(world: World) -> None:
    person = world.person()
    token = event(world, person.personal_id)
    assert [push(world, token).status_code for _ in range(3)] == [202, 202, 202]
    messages = world.gateway.wait_for(person.phone, 1)
    time.sleep(1.2)
    assert len(world.gateway.messages(person.phone)) == 1
    assert "Cổng Dịch vụ công quốc gia" in messages[0]
    assert person.personal_id not in messages[0]


def test_without_a_phone_the_notice_goes_by_mail_and_waits_for_the_server(world: World) -> None:
    person = world.person(phone=None)
    assert push(world, event(world, person.personal_id)).status_code == 202
    time.sleep(1.5)
    rows = world.sql(
        "select attempts, delivered_at from notice_queue q join accounts a on a.id = q.account_id"
        " where a.phone is null order by q.queued_at desc limit 1"
    )
    assert rows[0][0] >= 1
    assert rows[0][1] is None


def test_a_number_without_an_account_is_taken_and_forgotten(world: World) -> None:
    jti = secrets.token_hex(8)
    assert push(world, event(world, made_up(999_997).personal_id, jti=jti)).status_code == 202
    assert world.sql("select account_id, agency, purpose from register_events where jti = %s", jti) == [
        (None, None, None)
    ]


@pytest.mark.parametrize(
    ("wrong", "err"),
    [
        ({"iss": "http://population.localhost:1"}, "invalid_issuer"),
        ({"aud": "https://other.example"}, "invalid_audience"),
        ({"exp": int(time.time()) - 600}, "invalid_request"),
        ({"events": {}}, "invalid_request"),
        ({"events": {"urn:motcua:register:access": {"sealed": "a.b.c.d.e"}}}, "invalid_request"),
    ],
)
def test_what_is_not_for_us_or_not_whole_is_refused(world: World, wrong: dict[str, Any], err: str) -> None:
    """RFC 8935 2.3 and 2.4."""
    person = world.person()
    answer = push(world, event(world, person.personal_id, **wrong))
    assert (answer.status_code, answer.json()["err"]) == (400, err)


def test_a_foreign_signature_is_refused(world: World) -> None:
    person, impostor = world.person(), Register()
    impostor.origin = world.register.origin
    impostor.key = new_key()
    event(world, person.personal_id)
    forged = impostor.event(world.eid.issuer, JWKS, person.personal_id)
    impostor.close()
    refused = push(world, forged)
    assert (refused.status_code, refused.json()["err"]) == (400, "invalid_key")
    other_typ = signed.sign({"iss": world.register.origin}, world.register.key, "JWT")
    assert push(world, other_typ).status_code == 400
    assert push(world, "nonsense").status_code == 400
    assert push(world, event(world, person.personal_id), "application/json").status_code == 400
    time.sleep(1)
    assert world.gateway.messages(person.phone) == []


def test_the_event_is_on_the_owners_page(world: World) -> None:
    person, browser = world.person(), world.browser()
    push(world, event(world, person.personal_id))
    browser.get("/account")
    world.sign_in(browser, person)
    assert browser.page is not None
    assert "National Public Service Portal" in browser.page.text
