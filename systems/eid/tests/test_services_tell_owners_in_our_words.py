"""POST /notices: a service tells one of its users something, into the inbox of the owner's page."""

from __future__ import annotations

from typing import Any, get_args
from uuid import uuid4

import pytest
from eid_harness.receiver import own_token
from eid_harness.world import World, made_up

from eid.endpoints.notices import PER_PERSON
from eid.storage.notices import AT_ONCE, NoticeKind

SEND = "notices.send"


def tell(world: World, kind: str = "account_linked", *, token: str | None = None, **more: Any) -> Any:
    document = {"id": str(uuid4()), "kind": kind} | more
    bearer = token or own_token(world.eid, "national", SEND)
    return world.national.http.post("/notices", json=document, headers={"authorization": f"Bearer {bearer}"})


def inbox(world: World, person: Any, language: str = "en") -> str:
    browser = world.browser(language)
    browser.get("/account/notices")
    world.sign_in(browser, person)
    return str(browser.get("/account/notices").text)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_has_its_words_in_both_languages(world: World, language: str) -> None:
    person = world.person()
    for kind in get_args(NoticeKind):
        assert tell(world, kind, personal_id=person.personal_id).status_code == 202
    page = inbox(world, person, language)
    agency = {"vi": "Cổng Dịch vụ công quốc gia", "en": "National Public Service Portal"}[language]
    assert page.count(agency) >= len(get_args(NoticeKind))
    assert {"vi": "yêu cầu của người khác", "en": "granted another person"}[language] in page


@pytest.mark.parametrize("kind", sorted(AT_ONCE))
def test_where_hours_run_the_owner_is_told_at_once_the_rest_waits_in_the_inbox(world: World, kind: str) -> None:
    person = world.person()
    assert tell(world, "account_linked", personal_id=person.personal_id).status_code == 202
    assert tell(world, kind, personal_id=person.personal_id).status_code == 202
    messages = world.gateway.wait_for(person.phone, 1)
    assert len(messages) == 1
    assert "72 giờ" in messages[0]
    assert "/account/notices" in messages[0]
    assert person.personal_id not in messages[0]


def test_a_person_is_named_by_the_sub_of_the_service_that_tells(world: World) -> None:
    person = world.person()
    sub = world.tokens(world.browser(), person)["claims"]["sub"]
    assert tell(world, sub=sub).status_code == 202
    assert "was linked with your VNeID" in inbox(world, person)
    other = world.person()
    theirs = world.tokens(world.browser(), other, world.province)["claims"]["sub"]
    assert tell(world, sub=theirs).status_code == 202, "a sub of another sector is nobody, and nobody learns that"
    assert "No notices" in inbox(world, other)


def test_nobody_learns_who_has_an_account(world: World) -> None:
    known, unknown = world.person(), made_up(999_996)
    answers = [tell(world, personal_id=number) for number in (known.personal_id, unknown.personal_id)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}


def test_a_notice_that_comes_again_stands_once(world: World) -> None:
    person, notice_id = world.person(), str(uuid4())
    for _ in range(3):
        assert tell(world, "number_claimed", id=notice_id, personal_id=person.personal_id).status_code == 202
    assert world.sql("select count(*) from notices where id = %s", notice_id) == [(1,)]
    queued = "select count(*) from notice_queue where account_id = (select account_id from notices where id = %s)"
    assert world.sql(queued, notice_id) == [(1,)]


def test_a_service_cannot_flood_a_person(world: World) -> None:
    person = world.person()
    codes = [tell(world, personal_id=person.personal_id).status_code for _ in range(PER_PERSON.count + 2)]
    assert codes == [202] * PER_PERSON.count + [503] * 2
    assert tell(world, personal_id=world.person().personal_id).status_code == 202


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "come_and_see"},
        {"text": "Call 0900"},
        {"sub": "x", "personal_id": "045185000777"},
        {"personal_id": None},
        {"id": "1"},
    ],
)
def test_no_service_says_anything_of_its_own(world: World, more: dict[str, Any]) -> None:
    fields = {"personal_id": made_up(999_995).personal_id} | more
    assert tell(world, **fields).status_code == 400


def test_only_a_service_with_the_scope_tells_anything(world: World) -> None:
    person = world.person()
    of_person = own_token(world.eid, "national", SEND, sub="somebody")
    wrong = own_token(world.eid, "national", "ssf.read")
    elsewhere = own_token(world.eid, "national", SEND, audience=("https://other.example",))
    for token, status in (("nonsense", 401), (of_person, 401), (elsewhere, 401), (wrong, 403)):
        assert tell(world, token=token, personal_id=person.personal_id).status_code == status
    assert "No notices" in inbox(world, person)
