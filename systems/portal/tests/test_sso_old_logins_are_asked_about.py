"""Promise: a session of an old login elsewhere lives thirty minutes unasked; unavailable is no yes, and no no."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client

from conftest import login_eid, make_identity, new_browser
from portal.accounts import between_portals, sessions
from portal.accounts.between_portals import Said, SaidNo
from portal.accounts.models import Door, LoginSession, Profile
from portal.accounts.session_store import SessionStore
from portal.accounts.sessions import LoginRecord
from portal.config import CONFIG
from portal.sso import hearing
from portal.sso.middleware import UpstreamLoginMiddleware
from portal.sso.models import IssuedLogin, PairwiseSubject
from portal.sso.views import province

pytestmark = pytest.mark.django_db


class Carrier:
    """Plays the way to the national portal: gives an answer, or raises."""

    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        self.answer, self.asked = answer, 0

    def ask(self, *_: Any) -> dict[str, Any]:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def carried(monkeypatch: pytest.MonkeyPatch) -> Any:
    def by(answer: dict[str, Any] | Exception) -> Carrier:
        carrier = Carrier(answer)
        monkeypatch.setattr(between_portals, "_carrier", [carrier])
        return carrier

    return by


def login(minutes: int, how: str = "old") -> LoginRecord:
    return LoginRecord(
        how="sso",
        auth_time=int(time.time()),
        acr="",
        amr=(),
        sid="s",
        issuer=CONFIG.national_origin,
        sub="sub",
        profile_id=Profile.objects.create(pk=uuid4()).pk,
        upstream={"how": how, "sid": "s", "account_kind": "citizen", "cohort": "default"},
        confirmed_at=int(time.time()) - minutes * 60,
    )


def answer_to(record: LoginRecord) -> HttpResponse:
    request = HttpRequest()
    request.method, request.path = "GET", "/ho-so"
    request.META["HTTP_HOST"] = CONFIG.origin.partition("://")[2]
    request.session = SessionStore()
    sessions.start_login(request, record)
    return UpstreamLoginMiddleware(lambda _: HttpResponse("served"))(request)


def test_within_thirty_minutes_nobody_is_asked(carried: Any) -> None:
    carrier = carried(between_portals.Unavailable())
    assert answer_to(login(29)).content == b"served"
    assert carrier.asked == 0


def test_after_thirty_minutes_unavailable_refuses_and_keeps_the_session(carried: Any) -> None:
    carried(between_portals.Unavailable())
    answer = answer_to(login(30))
    assert answer.status_code == 503
    assert b"SSO_UNAVAILABLE" in answer.content
    assert LoginSession.objects.count() == 1


def test_a_good_answer_confirms(carried: Any) -> None:
    carried({"status": "GOOD"})
    assert answer_to(login(31)).content == b"served"


@pytest.mark.parametrize("said", [{"status": "LOGIN_ENDED"}, {"status": "CUTOFF_PASSED"}, {}, SaidNo("x")])
def test_every_other_answer_ends_the_session(carried: Any, said: Any) -> None:
    carried(said)
    answer = answer_to(login(31))
    assert (answer.status_code, answer.headers["location"]) == (302, "/sso/da-ket-thuc")
    assert LoginSession.objects.count() == 0


def test_nobody_who_came_with_the_eid_is_asked_about(carried: Any) -> None:
    carrier = carried(between_portals.Unavailable())
    assert answer_to(login(600, how="eid")).content == b"served"
    assert carrier.asked == 0


# What the national portal answers, and who may tell a province about accounts.


def said(type_: str, body: dict[str, Any], **secret: str) -> Said:
    return Said("quangtri", "http://quangtri.localhost:8604", type_, body, time.time(), secret)


def test_only_its_own_logins_are_answered_about(policy_until_july: None, client: Client) -> None:
    record = login_eid(client)
    for host in ("quangtri.localhost", "hue.localhost"):
        subject = PairwiseSubject.objects.create(profile_id=record.profile_id, client_id=host)
        IssuedLogin.objects.create(sid=f"at-{host}", subject=subject, how="eid", login_sid=record.sid, auth_time=1)
    assert hearing.session_status(said("session-status", {"sid": "at-quangtri.localhost"})) == {"status": "GOOD"}
    for sid in ("at-hue.localhost", "unknown", ""):
        assert hearing.session_status(said("session-status", {"sid": sid})) == {"status": "LOGIN_ENDED"}


def test_same_person_is_said_only_of_a_number_that_the_eid_proved(client: Client) -> None:
    proven = login_eid(client, make_identity(personal_id="045185000123"))
    subject = PairwiseSubject.objects.create(profile_id=proven.profile_id, client_id="quangtri.localhost")
    ask = {"sub": subject.sub}
    assert hearing.same_person(said("same-person", ask, personal_id="045185000123")) == {"same": True}
    assert hearing.same_person(said("same-person", ask, personal_id="045085000999")) == {"same": False}
    assert hearing.same_person(said("same-person", {"sub": "x"}, personal_id="045185000123")) == {"same": False}
    Profile.objects.update(vouched_by="")
    assert hearing.same_person(said("same-person", ask, personal_id="045185000123")) == {"same": False}


@pytest.mark.parametrize("hears", ["account_linked", "link_undone", "account_frozen", "login_ended"])
def test_a_province_cannot_speak_of_accounts(hears: str) -> None:
    Door.objects.create(profile=Profile.objects.create(), issuer=CONFIG.national_origin, sub="s")
    with pytest.raises(SaidNo):
        getattr(hearing, hears)(said("x", {"sub": "s"}, personal_id="045185000123"))


def test_a_step_up_by_another_person_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a province: she is signed in, he signs in with his e-ID where hers was asked again."""
    monkeypatch.setattr(province, "CONFIG", replace(CONFIG, role="province"))
    browser = new_browser()
    hers = login_eid(browser, make_identity(personal_id="045185000123"))
    his = make_identity(personal_id="045085000999")
    session = SessionStore(browser.cookies["__Host-session"].value)
    session["eid_result"] = {
        "identity": his.to_json(),
        "intent": "step_up",
        "started_at": int(time.time()),
        "about": {"next": "/ho-so", "sub": hers.sub},
    }
    session.save()
    answer = browser.get("/sso/vneid")
    assert answer.status_code == 403
    assert "LINK_OTHER_PERSON" in answer.content.decode()
