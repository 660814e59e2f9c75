"""Everything that one test session shares: a provider, its gateway and register, two relying parties, people."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

import psycopg

from eid_harness.browser import Browser, Page
from eid_harness.register import Register
from eid_harness.relying_party import VERIFIED, RelyingParty, Started
from eid_harness.running import RunningEid
from eid_harness.servers import Gateway, LogoutEndpoint

PASSWORD = "Song-Thach-Han-1972"


@dataclass(frozen=True)
class Person:
    """A made-up person with an account."""

    personal_id: str
    full_name: str
    birth_date: str
    phone: str
    email: str
    level: int
    password: str = PASSWORD

    def line(self, **more: Any) -> dict[str, Any]:
        return {
            "personal_id": self.personal_id,
            "full_name": self.full_name,
            "birth_date": self.birth_date,
            "sex": "F",
            "phone": self.phone,
            "email": self.email,
            "password": self.password,
            "level": self.level,
            "state": "active",
        } | more


def made_up(number: int, level: int = 2) -> Person:
    return Person(
        f"045185{number:06d}",
        f"Hồ Thị Mẫu {number}",
        "1985-02-12",
        f"0900{number:06d}",
        f"mau{number}@example.vn",
        level,
    )


@dataclass
class World:
    eid: RunningEid
    gateway: Gateway
    register: Register
    national: RelyingParty
    province: RelyingParty
    logout: LogoutEndpoint
    numbers: Any
    ready: list[Person] = field(default_factory=list)

    def person(self, level: int = 2, **more: Any) -> Person:
        """A person nobody else in this session uses."""
        if level == 2 and not more:
            if not self.ready:  # a dozen at once: starting `eid people import` costs more than hashing
                self.ready = [made_up(next(self.numbers)) for _ in range(12)]
                self.eid.import_people(*(person.line() for person in self.ready))
            return self.ready.pop()
        person = made_up(next(self.numbers), level)
        self.eid.import_people(person.line(**more))
        return person

    def browser(self, language: str = "en") -> Browser:
        return Browser(self.eid.issuer, language)

    def password(self, browser: Browser, person: Person) -> Page:
        return browser.submit("login-submit", username=person.personal_id, password=person.password)

    def sign_in(self, browser: Browser, person: Person) -> Page | None:
        """From the password page through the code."""
        self.password(browser, person)
        browser.submit("otp-submit", otp=self.gateway.code(person.phone))
        return browser.page

    def authorize(self, browser: Browser, person: Person, rp: RelyingParty | None = None, **more: Any) -> Started:
        """A whole authorization, ending at the relying party's address (`browser.landed`)."""
        rp = rp or self.national
        started = rp.start(**more)
        browser.get(started.url)
        if not browser.landed and browser.page and browser.page.has("login-submit"):
            self.sign_in(browser, person)
        if not browser.landed and browser.page and browser.page.has("consent-accept"):
            browser.submit("consent-accept")
        assert browser.landed, browser.page and (browser.page.url, browser.page.status, browser.page.text)
        return started

    def tokens(self, browser: Browser, person: Person, rp: RelyingParty | None = None, **more: Any) -> dict[str, Any]:
        rp = rp or self.national
        started = self.authorize(browser, person, rp, **more)
        answer = rp.redeem(rp.callback(started, browser.landed), started.verifier)
        assert answer.status_code == 200, answer.text
        return answer.json() | {"claims": rp.id_token(answer.json()["id_token"], started)}

    def sql(self, statement: str, *values: Any) -> list[Any]:
        """One statement in the provider's database, as its own role."""
        with psycopg.connect(self.eid.environment["EID_DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def client_jwks(self) -> dict[str, Any]:
        """The key by which the register knows this provider."""
        return json.loads(self.eid.verb("keys", "ensure").stdout)


def numbers(start: int = 1) -> Any:
    return itertools.count(start)


__all__ = ["PASSWORD", "VERIFIED", "Person", "World", "made_up", "numbers"]
