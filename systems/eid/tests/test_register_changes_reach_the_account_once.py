"""The register tells of a death or a new number: the account follows, once, and receivers hear of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from eid_harness.receiver import Receiver
from eid_harness.world import Person, World, made_up

JWKS: dict[str, Any] = {}


@pytest.fixture
def receiver(world: World) -> Iterator[Receiver]:
    made = Receiver(world.eid, "national")
    made.create()
    yield made
    made.close()


def tell(world: World, kind: str, person: Person, jti: str = "", **inside: str) -> int:
    if not JWKS:
        JWKS.update(world.client_jwks())
    said = {"personal_id": person.personal_id, "at": datetime.now(UTC).isoformat()} | inside
    more = {"jti": jti or secrets.token_urlsafe(12), "kind": f"urn:motcua:register:{kind}", "inside": said}
    token = world.register.event(world.eid.issuer, JWKS, person.personal_id, **more)
    headers = {"content-type": "application/secevent+jwt"}
    return world.national.http.post("/register-events", content=token, headers=headers).status_code


def test_a_death_closes_the_account_at_once(world: World, receiver: Receiver) -> None:
    person, browser = world.person(), world.browser()
    got = world.tokens(browser, person)
    assert tell(world, "death", person) == 202
    told = receiver.wait_for("session-revoked", "account-disabled", "person-deceased")
    assert told["person-deceased"]["sub_id"]["sub"] == got["claims"]["sub"]
    assert world.national.userinfo(got["access_token"]).status_code == 401
    assert browser.get("/account").has("login-submit")
    world.password(browser, person)
    assert browser.page is not None
    assert browser.page.error_code == "VNEID_DEAD"
    count = len(receiver.pushed)
    assert tell(world, "death", person) == 202
    assert len(receiver.pushed) == count, "dead already: nothing new to tell"


def test_a_new_number_is_the_one_to_sign_in_with(world: World, receiver: Receiver) -> None:
    person, browser = world.person(), world.browser()
    sub = world.tokens(browser, person)["claims"]["sub"]
    now = made_up(int(secrets.randbelow(100_000)) + 800_000)
    jti = secrets.token_urlsafe(12)
    assert tell(world, "number-changed", person, jti, new_personal_id=now.personal_id) == 202
    told = receiver.wait_for("personal-number-changed")["personal-number-changed"]
    assert told["sub_id"] == {"format": "iss_sub", "iss": world.eid.issuer, "sub": sub}
    assert now.personal_id not in str(told)
    fresh = world.browser()
    again = Person(now.personal_id, person.full_name, person.birth_date, person.phone, person.email, 2)
    assert world.tokens(fresh, again)["claims"]["sub"] == sub, "the same person at every portal"
    old = world.browser()
    old.get(world.national.start().url)
    world.password(old, person)
    assert old.page is not None
    assert old.page.status == 422
    this_one = "id = (select account_id from subjects where sub = %s limit 1)"
    world.sql(f"update accounts set register_checked_at = now() where {this_one}", sub)
    assert tell(world, "number-changed", again, jti, new_personal_id=person.personal_id) == 202
    later = world.browser()
    assert world.tokens(later, again)["claims"]["sub"] == sub, "a message that came before does nothing"


def test_a_number_that_has_an_account_is_not_taken_over(world: World, receiver: Receiver) -> None:
    person, other = world.person(), world.person()
    subs = [world.tokens(world.browser(), each)["claims"]["sub"] for each in (person, other)]
    assert tell(world, "number-changed", person, new_personal_id=other.personal_id) == 202
    assert [world.tokens(world.browser(), each)["claims"]["sub"] for each in (person, other)] == subs
    assert receiver.pushed == []
    row = world.sql(
        "select detail->>'taken_over' from audit where event = 'register_told_number' order by id desc limit 1"
    )
    assert row == [("false",)]


def test_a_number_without_an_account_is_taken_and_forgotten(world: World) -> None:
    nobody = made_up(999_996)
    assert tell(world, "death", nobody) == 202
    assert tell(world, "number-changed", nobody, new_personal_id=made_up(999_995).personal_id) == 202


def test_an_event_that_we_do_not_know_is_refused(world: World) -> None:
    assert tell(world, "wedding", world.person()) == 400
    assert tell(world, "number-changed", world.person()) == 400


@pytest.mark.parametrize("kind", ["records-merged", "record-split"])
def test_a_merge_or_a_split_locks_the_account_until_people_have_looked(
    world: World, receiver: Receiver, kind: str
) -> None:
    person, browser = world.person(), world.browser()
    world.tokens(browser, person)
    other = {"into": made_up(999_990).personal_id} if kind == "records-merged" else {}
    assert tell(world, kind, person, **other) == 202
    receiver.wait_for("account-disabled")
    assert browser.get("/account").has("login-submit")
    world.password(browser, person)
    assert browser.page is not None
    assert browser.page.error_code == "VNEID_LOCKED"
    assert tell(world, "restored", person) == 202
    again = world.browser()
    again.get("/account")
    world.password(again, person)
    assert again.page is not None
    assert again.page.error_code == "VNEID_LOCKED", "nothing opens by itself"


def test_a_new_name_is_taken_over_and_the_sub_stays(world: World) -> None:
    person, browser = world.person(), world.browser()
    sub = world.tokens(browser, person)["claims"]["sub"]
    jti = secrets.token_urlsafe(12)
    assert tell(world, "name-changed", person, jti, full_name="Trần Thị Đổi Tên") == 202
    assert tell(world, "name-changed", person, jti, full_name="Trần Thị Khác") == 202
    page = browser.get("/account")
    assert "Trần Thị Đổi Tên" in page.text
    assert "Trần Thị Khác" not in page.text
    assert world.sql("select count(*) from audit where event = 'register_told_data'")[0][0] >= 1
    assert sub
