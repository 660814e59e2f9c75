"""What every page of the owner does first: be sure that the owner is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from eid.browser.presentation import speak_to
from eid.browser.visits import Browser, Visit
from eid.storage.accounts import Accounts, Person
from eid.storage.interactions import Interactions
from eid.storage.sessions import SignedIn

PURPOSE = "account"


@dataclass(frozen=True)
class Owner:
    """The signed-in owner of this browser's session."""

    visit: Visit
    signed_in: SignedIn
    person: Person


@dataclass(frozen=True)
class Door:
    """Lets owners in; sends everybody else to sign in first."""

    browser: Browser
    accounts: Accounts
    interactions: Interactions

    async def owner(self, request: Request, *, return_to: str | None = None) -> Owner | Response:
        """The owner, or the redirect to the sign-in, from which the way leads to `return_to` (a page of ours)."""
        visit = await self.browser.visit(request)
        if visit.signed_in is None:
            interaction = await self.interactions.begin(visit.browser_hash, None, None, visit.now, return_to=return_to)
            return self.browser.redirect(visit, f"/sign-in/{interaction.id}")
        person = await self.accounts.person(visit.signed_in.account.id)
        speak_to(person.birth_date)
        return Owner(visit, visit.signed_in, person)

    async def posting(self, request: Request) -> tuple[Owner, dict[str, str]] | Response:
        """The owner and the fields of a believed form."""
        owner = await self.owner(request)
        if isinstance(owner, Response):
            return owner
        return owner, await self.browser.form(owner.visit, PURPOSE)

    def page(self, owner: Owner, template: str, nav: str, /, **context: Any) -> Response:
        """A page of the owner."""
        return self.browser.page(
            owner.visit,
            template,
            purpose=PURPOSE,
            nav_current=nav,
            person=owner.person.full_name,
            account_href="/account",
            **context,
        )

    def go(self, owner: Owner, path: str) -> Response:
        """To another page of the owner."""
        return self.browser.redirect(owner.visit, path)
