"""What people and officers do at the claim desk, step by step: shared by its tests."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from unittest import mock

import dossier_kit as kit
from django.test import Client

from conftest import login_eid, make_account, make_identity, new_browser
from portal.accounts.duty.models import DutyGrant
from portal.accounts.models import PortalAccount, Profile
from portal.accounts.sessions import LoginRecord
from portal.claims.actions import ask, give_opinion, prove
from portal.claims.models import Claim
from portal.eid_login.identity import VerifiedIdentity

NUMBER = "045185000123"
PASSWORD = "Mat-khau1"
REASON = "Đã đối chiếu giấy tờ gốc."
OFFICES = ("000.00.01.G22", "000.00.02.G22", "000.00.03.G22")


def number() -> str:
    """A made-up personal number."""
    return "045189" + "".join(secrets.choice("0123456789") for _ in range(6))


@dataclass
class Officer:
    """An official of the desk: browser, grant, login."""

    browser: Client
    grant: DutyGrant
    login: LoginRecord

    @property
    def acting(self) -> Any:
        return kit.acting(self.grant, self.login)


def officer(office: str, role: str = "desk_officer", personal_id: str | None = None) -> Officer:
    """Somebody on duty at this office."""
    who = make_identity(personal_id=personal_id or number(), full_name="Bùi Thị Ngọc", birth_date="1989-08-28")
    browser = new_browser()
    login = login_eid(browser, who)
    grant = kit.grant_role(who, role, office=office, agency="G22")
    kit.choose_role(browser, grant)
    return Officer(browser, grant, login)


@dataclass
class Claimant:
    """A person with an old account that nobody has: browser, identity, profile, account."""

    browser: Client
    who: VerifiedIdentity
    login: LoginRecord
    account: PortalAccount

    @property
    def profile(self) -> Profile:
        return Profile.objects.get(pk=self.login.profile_id)

    def ask(self, **said: Any) -> Claim:
        """Ask for the account."""
        words = {"account": self.account.pk, "about": "", "contact": "0912345678", "reason": "Đã mất số cũ."} | said
        return ask.execute(ask.Asked(**words), self.profile, self.login)

    def prove(self, claim: Claim, password: str = PASSWORD) -> bool:
        """Give the old password."""
        return prove.by_password(claim.pk, self.profile, password)


def claimant(**said: Any) -> Claimant:
    """Ms Duyên after the date, unless something else is said about her account."""
    said = {"personal_id": NUMBER, "state": "waiting", "password": PASSWORD, "email": "cu@vidu.example"} | said
    account = make_account(**said)
    browser = new_browser()
    who = make_identity(personal_id=NUMBER)
    return Claimant(browser, who, login_eid(browser, who), account)


def no_dice() -> Any:
    """Nothing is drawn for review in this block, and nobody is too quick."""
    return mock.patch("portal.claims.limits.review_why", return_value=[])


def first_gives(one: Officer, claim: Claim, verdict: str = "give") -> Claim:
    """The first opinion."""
    give_opinion.opened(one.acting, claim.pk)
    return give_opinion.first(one.acting, claim.pk, verdict, REASON)


def second_says(two: Officer, claim: Claim, verdict: str = "give") -> Any:
    """The drawn officer reads the evidence and says."""
    give_opinion.opened(two.acting, claim.pk)
    give_opinion.saw_evidence(two.acting, claim.pk)
    return give_opinion.second(two.acting, claim.pk, verdict, REASON)


def granted(she: Claimant, one: Officer, two: Officer, *, proven: bool = True) -> Claim:
    """A claim that two officers have given."""
    claim = she.ask()
    if proven:
        assert she.prove(claim)
    with no_dice():
        first_gives(one, claim)
        assert second_says(two, claim) == "GRANTED"
    claim.refresh_from_db()
    return claim
