"""Overview, devices, sharing, activity; ending sessions, withdrawing consent, locking the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from eid.account.devices import describe
from eid.account.owner import Door, Owner
from eid.browser.visits import clear_session
from eid.population_client import Access, PopulationClient, RegisterUnavailable
from eid.storage.account_changes import AccountChanges
from eid.storage.accounts import Accounts
from eid.storage.audit import Audit
from eid.storage.clients import Clients
from eid.storage.consents import Consents
from eid.storage.pending_requests import PendingRequests
from eid.storage.register_events import RegisterEvents
from eid.storage.sessions import Sessions

SHOWN: Final = 50
SHOWN_EVENTS: Final = (
    "signed_in",
    "signed_out",
    "session_ended",
    "password_wrong",
    "sign_in_refused",
    "otp_refused",
    "consent_given",
    "consent_denied",
    "consent_revoked",
    "told",
    "code_reused",
    "locked_by_owner",
    "asked_by_client",
    "request_allowed",
    "request_denied",
    "refresh_reused",
)


@dataclass(frozen=True)
class AccountPages:
    """The owner's pages."""

    door: Door
    accounts: Accounts
    changes: AccountChanges
    sessions: Sessions
    consents: Consents
    clients: Clients
    events: RegisterEvents
    audit: Audit
    population: PopulationClient
    pending: PendingRequests

    async def overview(self, request: Request) -> Response:
        """GET /account."""
        owner = await self.door.owner(request)
        if isinstance(owner, Response):
            return owner
        return self.door.page(
            owner,
            "account/overview.html",
            "overview",
            account=owner.signed_in.account,
            owner=owner.person,
            devices=await self._devices(owner),
            shares=(await self._shares(owner))[:5],
            attempts=await self.events.of_account(owner.signed_in.account.id, 5),
            waiting=len(await self.pending.of_account(owner.signed_in.account.id, owner.visit.now)),
        )

    async def devices(self, request: Request) -> Response:
        """GET /account/devices."""
        owner = await self.door.owner(request)
        if isinstance(owner, Response):
            return owner
        return self.door.page(owner, "account/devices.html", "devices", devices=await self._devices(owner))

    async def end_session(self, request: Request) -> Response:
        """POST /account/devices: end one session, or all but this one."""
        posting = await self.door.posting(request)
        if isinstance(posting, Response):
            return posting
        owner, fields = posting
        account_id, now = owner.signed_in.account.id, owner.visit.now
        if fields.get("session") == "others":
            await self.sessions.end_all(account_id, now, but=owner.signed_in.session.id)
        else:
            try:
                await self.sessions.end(UUID(fields.get("session", "")), now, account_id=account_id)
            except ValueError:
                return self.door.go(owner, "/account/devices")
        await self.audit.write("session_ended", account_id=account_id)
        return self.door.go(owner, "/account/devices")

    async def sign_out(self, request: Request) -> Response:
        """POST /account/sign-out: this session ends, and the services opened with it are told."""
        posting = await self.door.posting(request)
        if isinstance(posting, Response):
            return posting
        owner, _ = posting
        session = owner.signed_in.session
        await self.sessions.end(session.id, owner.visit.now)
        await self.audit.write("signed_out", account_id=session.account_id, session_id=session.id)
        response = self.door.go(owner, "/logout/done")
        clear_session(response)
        return response

    async def sharing(self, request: Request) -> Response:
        """GET /account/sharing."""
        owner = await self.door.owner(request)
        if isinstance(owner, Response):
            return owner
        return self.door.page(owner, "account/sharing.html", "sharing", shares=await self._shares(owner))

    async def withdraw(self, request: Request) -> Response:
        """POST /account/sharing: withdraw the consent to one client."""
        posting = await self.door.posting(request)
        if isinstance(posting, Response):
            return posting
        owner, fields = posting
        account_id, client_id = owner.signed_in.account.id, fields.get("client", "")
        if await self.consents.revoke(account_id, client_id, owner.visit.now):
            await self.audit.write("consent_revoked", account_id=account_id, client_id=client_id)
        return self.door.go(owner, "/account/sharing")

    async def activity(self, request: Request) -> Response:
        """GET /account/activity: ours, what the register pushed, and its own access history."""
        owner = await self.door.owner(request)
        if isinstance(owner, Response):
            return owner
        account_id = owner.signed_in.account.id
        history: list[Access] | None
        try:
            history = list(await self.population.owner_view(account_id, owner.person.personal_id))
        except RegisterUnavailable:
            history = None
        entries = [entry for entry in await self.audit.of_account(account_id, 200) if entry.event in SHOWN_EVENTS]
        return self.door.page(
            owner,
            "account/activity.html",
            "activity",
            entries=entries[:SHOWN],
            names=await self._names(),
            attempts=await self.events.of_account(account_id, SHOWN),
            history=None if history is None else history[:SHOWN],
        )

    async def ask_lock(self, request: Request) -> Response:
        """GET /account/lock: what it means."""
        owner = await self.door.owner(request)
        if isinstance(owner, Response):
            return owner
        return self.door.page(owner, "account/lock.html", "overview")

    async def lock(self, request: Request) -> Response:
        """POST /account/lock: lock now; every session ends, this one too."""
        posting = await self.door.posting(request)
        if isinstance(posting, Response):
            return posting
        owner, _ = posting
        account_id = owner.signed_in.account.id
        await self.changes.lock_by_owner(account_id, owner.visit.now)
        await self.audit.write("locked_by_owner", account_id=account_id)
        response = self.door.browser.page(owner.visit, "account/locked.html")
        clear_session(response)
        return response

    async def _devices(self, owner: Owner) -> list[dict[str, object]]:
        sessions = await self.sessions.of_account(owner.signed_in.account.id, owner.visit.now)
        return [
            {
                "id": session.id,
                "name": describe(session.user_agent),
                "current": session.id == owner.signed_in.session.id,
                "signed_in_at": session.auth_time,
                "last_seen_at": session.last_seen_at,
            }
            for session in sessions
        ]

    async def _shares(self, owner: Owner) -> list[dict[str, object]]:
        standing = await self.consents.standing(owner.signed_in.account.id)
        names = await self._names()
        return [
            {
                "client_id": consent.client_id,
                "name": names.get(consent.client_id, {"vi": consent.client_id, "en": consent.client_id}),
                "items": consent.granted,
                "given_at": consent.given_at,
            }
            for consent in standing
        ]

    async def _names(self) -> dict[str, dict[str, str]]:
        return {
            client.client_id: {"vi": client.organization.vi, "en": client.organization.en}
            for client in await self.clients.all()
        }
