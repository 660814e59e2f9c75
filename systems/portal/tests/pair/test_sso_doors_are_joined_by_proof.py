"""Promise: two doors open one profile by the national portal's link or by one flow through both; never by a name."""

from __future__ import annotations

import secrets
from typing import Any

FILE_A_PAPER = """
from portal.accounts.models import LoginSession
from portal.accounts.session_store import SessionStore
from portal.store.models import Document
from django.utils import timezone
profile = LoginSession.objects.get(session_key=session).profile
paper = Document.objects.create(profile=profile, name="Giấy", sha256=mark, source="dossier", added_at=timezone.now())
answer = str(profile.pk)
"""
WHOSE_PAPER = "from portal.store.models import Document\nanswer = str(Document.objects.get(sha256=mark).profile_id)"
MY_PROFILE = """
from portal.accounts.models import LoginSession
row = LoginSession.objects.filter(session_key=session).first()
answer = str(row.profile_id) if row and row.profile_id else None
"""


def number() -> str:
    return "045185" + "".join(secrets.choice("0123456789") for _ in range(6))


class Person:
    """A browser, and the e-ID that its holder has."""

    def __init__(self, pair: Any, people: Any, browser: Any) -> None:
        self.pair, self.people, self.browser = pair, people, browser
        self.number, self.sub = number(), secrets.token_urlsafe(9)

    def key(self) -> str | None:
        host = self.pair.province.origin.partition("//")[2]
        return self.browser.jars.get(host, {}).get("__Host-session")

    def by_sso(self, session: str, *, first_time: bool = True) -> str:
        self.browser.hold(self.pair.national, session)
        page = self.browser.get(self.pair.province.origin + "/sso/bat-dau?next=/healthz")
        return self._answer(page, first_time)

    def by_eid(self, *, first_time: bool = True) -> str:
        key = self.people.shows_eid(self.key(), self.number, self.sub)
        self.browser.hold(self.pair.province, key)
        return self._answer(self.browser.get(self.pair.province.origin + "/sso/vneid"), first_time)

    def _answer(self, page: Any, first_time: bool) -> str:
        if page.url.path != "/sso/lan-dau":
            return "entered"
        if first_time:
            self.browser.post(self.pair.province.origin + "/sso/lan-dau")
        return "asked"

    def profile(self) -> str | None:
        answer = self.pair.province.inside(MY_PROFILE, session=self.key())
        return str(answer) if answer else None

    def files(self) -> str:
        mark = secrets.token_hex(32)
        self.pair.province.inside(FILE_A_PAPER, session=self.key(), mark=mark)
        return mark

    def holds(self, mark: str) -> bool:
        return bool(self.pair.province.inside(WHOSE_PAPER, mark=mark) == self.profile())


def test_a_link_brings_what_was_filed_by_sso_to_the_eid(pair: Any, people: Any, browser: Any, eventually: Any) -> None:
    """Used by SSO first, linked at the national portal, then comes with the e-ID: the same papers, unasked."""
    old = people.old()
    her = Person(pair, people, browser())
    assert her.by_sso(old["session"]) == "asked"
    mark = her.files()
    person = people.proven(her.number)
    before = pair.province.count("sso.AwaitedPerson")
    people.link(old["account"], person["profile"])
    eventually(lambda: pair.province.count("sso.AwaitedPerson") == before + 1)
    assert her.profile() is None, "the session of the old login has ended here too"
    assert her.by_eid() == "entered"
    assert her.holds(mark)


def test_a_link_reaches_a_person_who_used_the_eid_here_first(
    pair: Any, people: Any, browser: Any, eventually: Any
) -> None:
    old = people.old()
    her = Person(pair, people, browser())
    assert her.by_eid() == "asked"
    other = Person(pair, people, browser())
    assert other.by_sso(old["session"]) == "asked"
    mark = other.files()
    person = people.proven(her.number)
    people.link(old["account"], person["profile"])
    eventually(lambda: her.holds(mark))
    assert her.by_eid() == "entered"

    people.link(old["account"], person["profile"], "link_undone")
    eventually(lambda: not her.holds(mark))
    assert her.profile() is not None, "nobody signed in with the e-ID is signed out by it"
    assert other.by_sso(people.old(account=old["account"])["session"]) == "entered"
    assert other.holds(mark), "what the link moved has returned"


def test_a_link_of_another_number_joins_nothing(pair: Any, people: Any, browser: Any, eventually: Any) -> None:
    """Same name, same birth date, same everything that was typed; another number."""
    old = people.old()
    owner, stranger = Person(pair, people, browser()), Person(pair, people, browser())
    owner.by_sso(old["session"])
    mark = owner.files()
    before = pair.province.count("sso.AwaitedPerson")
    people.link(old["account"], people.proven(owner.number)["profile"])
    eventually(lambda: pair.province.count("sso.AwaitedPerson") == before + 1)
    assert stranger.by_eid() == "asked"
    assert not stranger.holds(mark)


def test_one_flow_through_both_doors_joins_them(pair: Any, people: Any, browser: Any) -> None:
    """Signed in at the national portal with the e-ID, enters here by it, then signs in with the e-ID here."""
    her = Person(pair, people, browser())
    assert her.by_sso(people.proven(her.number)["session"], first_time=False) == "asked"
    assert her.by_eid() == "entered"
    joined = her.profile()
    again = Person(pair, people, browser())
    again.number, again.sub = her.number, her.sub
    assert again.by_eid() == "entered"
    assert again.profile() == joined


def test_one_browser_of_two_people_joins_nothing(pair: Any, people: Any, browser: Any) -> None:
    """He is signed in at the national portal with his e-ID; she signs in here with hers, in the same browser."""
    his_number = number()
    her = Person(pair, people, browser())
    assert her.by_sso(people.proven(his_number)["session"]) == "asked"
    his_profile = her.profile()
    assert her.by_eid() == "asked"
    assert her.profile() != his_profile


def test_an_old_login_and_the_eid_in_one_browser_join_nothing(pair: Any, people: Any, browser: Any) -> None:
    old = people.old()
    her = Person(pair, people, browser())
    her.by_sso(old["session"])
    by_old = her.profile()
    assert her.by_eid() == "asked"
    assert her.profile() != by_old


def test_nobody_gets_a_second_profile_in_silence(pair: Any, people: Any, browser: Any) -> None:
    her = Person(pair, people, browser())
    before = pair.province.count("accounts.Profile")
    assert her.by_eid(first_time=False) == "asked"
    assert pair.province.count("accounts.Profile") == before


def test_logins_ended_at_the_national_portal_end_here(pair: Any, people: Any, browser: Any, eventually: Any) -> None:
    """One browser's old session ends while another browser of the same person links; the e-ID session stays."""
    old = people.old()
    her, elsewhere = Person(pair, people, browser()), Person(pair, people, browser())
    her.by_sso(old["session"])
    elsewhere.by_eid()
    person = people.proven(elsewhere.number)
    people.link(old["account"], person["profile"], "logins_ended")
    eventually(lambda: her.profile() is None)
    assert elsewhere.profile() is not None


def test_signing_out_at_the_national_portal_signs_out_here(
    pair: Any, people: Any, browser: Any, eventually: Any
) -> None:
    old = people.old()
    her = Person(pair, people, browser())
    her.by_sso(old["session"])
    assert her.profile() is not None
    pair.national.inside(
        "from portal.accounts.session_store import SessionStore\nSessionStore(key).flush()\nanswer = True",
        key=old["session"],
    )
    eventually(lambda: her.profile() is None)


def test_a_frozen_account_enters_no_more(pair: Any, people: Any, browser: Any, eventually: Any) -> None:
    old = people.old()
    her = Person(pair, people, browser())
    her.by_sso(old["session"])
    people.link(old["account"], old["profile"], "account_frozen")
    eventually(lambda: her.profile() is None)
    her.browser.hold(pair.national, old["session"])
    page = her.browser.get(pair.province.origin + "/sso/bat-dau")
    assert page.status_code == 403
    assert "SSO_FROZEN" in page.text
    people.link(old["account"], old["profile"], "account_unfrozen")
    eventually(lambda: her.browser.get(pair.province.origin + "/sso/bat-dau").status_code != 403)
