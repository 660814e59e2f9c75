"""The consent screen: every item with its value, optional ones unticked, a no as large as the yes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
from starlette.requests import Request
from starlette.responses import Response

import design.formats
from design.kept_pages import Hole
from eid.browser.presentation import birth_date, speak_to
from eid.browser.refusals import SIGN_IN_OVER, Refused
from eid.grants import consent as consents
from eid.grants.authorization_request import BY_NAME
from eid.grants.consent import Consent
from eid.interaction.flow import Flow, Place
from eid.oidc import authorization_details
from eid.oidc.errors import AccessDenied
from eid.storage.accounts import Accounts, Person
from eid.storage.audit import Audit
from eid.storage.consents import Consents
from eid.storage.sessions import SignedIn

#: Items whose value the page puts into words of its own.
_SAID: Final = frozenset({"gender", "eid_level", "offline_access"})


@dataclass(frozen=True)
class ConsentScreen:
    """Ask, and keep the answer."""

    flow: Flow
    accounts: Accounts
    consents: Consents
    audit: Audit

    async def show(self, request: Request) -> Response:
        """GET /sign-in/{id}/consent."""
        place = await self.flow.place(request)
        signed_in = place.visit.signed_in
        if signed_in is None or place.interaction.request is None or not place.is_for(signed_in.account.id):
            return self.flow.back(place)
        asked = place.interaction.request
        person = await self.accounts.person(signed_in.account.id)
        speak_to(person.birth_date)
        values = _values(person, signed_in.account.level)
        details = authorization_details.read(asked.authorization_details or "[]")
        shown = {item: value if item in _SAID else Hole(f"value of {item}") for item, value in values.items() if value}
        holes = {f"value of {item}": value for item, value in values.items()}
        return self.flow.page(
            place,
            "consent.html",
            holes=holes | {"person": person.full_name, "account_id": str(signed_in.account.id)},
            person=Hole("person"),
            account_id=Hole("account_id"),
            vouched=bool(asked.verified),
            required=tuple((item, shown[item]) for item in asked.required_items if item in shown),
            optional=tuple((item, shown[item]) for item in asked.optional_items if item in shown),
            details=tuple(details),
        )

    async def submit(self, request: Request) -> Response:
        """POST /sign-in/{id}/consent: accept or deny."""
        place = await self.flow.place(request)
        fields = await self.flow.form(place)
        signed_in = place.visit.signed_in
        if signed_in is None or place.client is None or not place.is_for(signed_in.account.id):
            return self.flow.back(place)
        if fields.get("action") != "accept":
            await self.note("consent_denied", place, signed_in.account.id, signed_in.session.id)
            return await self.flow.end(place, AccessDenied("the person did not consent"))
        return await self._accept(place, signed_in, fields)

    async def _accept(self, place: Place, signed_in: SignedIn, fields: dict[str, str]) -> Response:
        if fields.get("account") != str(signed_in.account.id):
            # The page was shown to another person of this browser: his yes is not hers.
            raise Refused(SIGN_IN_OVER)
        consent_id = await self.keep(place, signed_in.account.id, signed_in.session.id, fields)
        interaction = msgspec.structs.replace(place.interaction, consent_id=consent_id)
        return await self.flow.go_on(place.visit, interaction)

    async def rides_on_the_code(self, place: Place, account_id: UUID) -> bool:
        """Whether the screen of the code asks for this consent as well: only for clients registered so."""
        asked = place.interaction.request
        if place.client is None or asked is None or not place.client.consent_with_code or place.waiting is not None:
            return False
        if asked.authorization_details is not None:
            return False  # a person reads what will be done on a screen of its own
        remembered = await self.consents.latest(account_id, asked.client_id)
        return consents.is_needed(asked, remembered, place.visit.now)

    async def keep(self, place: Place, account_id: UUID, session_id: UUID, fields: dict[str, str]) -> UUID:
        """Keep the yes of this interaction: the required items and the optional ones that were ticked. Its id."""
        asked = place.interaction.request
        if asked is None:
            raise Refused(SIGN_IN_OVER)
        ticked = frozenset(name.removeprefix("item-") for name in fields if name.startswith("item-"))
        consent = Consent(
            id=uuid4(),
            account_id=account_id,
            client_id=asked.client_id,
            asked=consents.items_of(asked),
            granted=consents.granted_for(asked, ticked),
            given_at=place.visit.now,
        )
        await self.consents.give(consent, place.interaction.id, session_id)
        return consent.id

    async def note(self, event: str, place: Place, account_id: UUID, session_id: UUID | None = None) -> None:
        """Write a yes or a no to the audit log."""
        client_id = place.client.client_id if place.client else None
        await self.audit.write(event, account_id=account_id, client_id=client_id, session_id=session_id)


def _values(person: Person, level: int) -> dict[str, str]:
    """What stands beside each item. Required and empty ones are not shown: nothing would be told."""
    told = person.claims()
    values = {
        "name": person.full_name,
        "personal_id": person.personal_id,
        "birthdate": birth_date(person.birth_date),
        "gender": person.sex,
        "eid_level": str(level),
        "phone": design.formats.phone(person.phone) if person.phone else "",
        "email": person.email or "",
        "offline_access": "offline",
        "profile": f"{person.full_name}, {birth_date(person.birth_date)}",
        "address": _shown(told.get("address", "")),
    }
    return values | {BY_NAME + name: _shown(value) for name, value in told.items()}


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("formatted") or ", ".join(str(part) for part in value.values()))
    return str(value)
