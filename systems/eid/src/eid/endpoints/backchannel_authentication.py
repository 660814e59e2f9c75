"""POST /bc-authorize: a client asks a person whom it names, on the person's own screen (CIBA Core 1.0 7, FAPI-CIBA)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from eid.clients import Client, signed_request
from eid.endpoints.client_authentication import ClientAuthentication
from eid.endpoints.http import Answer, Scope, form, json
from eid.grants import checks, ciba, pending
from eid.grants.authorization_request import build_for_another_screen
from eid.grants.ciba import Hint
from eid.keys import KeyRing
from eid.oidc import grant_types, scopes
from eid.oidc.errors import InvalidRequest, RequestRefused, UnauthorizedClient, UnknownUserId
from eid.storage.accounts import Accounts
from eid.storage.audit import Audit
from eid.storage.pending_requests import Content, PendingRequests
from eid.storage.rate_limits import Limit, RateLimits
from eid.storage.subjects import Subjects
from eid.storage.used_ids import UsedIds
from eid.tokens import issue

# Nobody is rung up again and again until a tired thumb says yes: not by one client, not by all of them together.
PER_PERSON_AND_CLIENT: Final = Limit("ciba-person-client", 5, timedelta(minutes=10))
PER_PERSON: Final = Limit("ciba-person", 20, timedelta(hours=1))
PER_CLIENT: Final = Limit("ciba-client", 600, timedelta(minutes=10))
UNKNOWN: Final = Limit("ciba-unknown", 20, timedelta(hours=1))  # a client that tries numbers


@dataclass(frozen=True)
class BackchannelAuthentication:
    """The backchannel authentication endpoint."""

    issuer: str
    keys: KeyRing
    authenticate: ClientAuthentication
    pending: PendingRequests
    accounts: Accounts
    subjects: Subjects
    limits: RateLimits
    used_ids: UsedIds
    audit: Audit

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """CIBA 7.3. Nothing is kept and nobody is told unless every check passed."""
        params = form(scope, body)
        client = await self.authenticate(scope, params)
        if grant_types.CIBA not in client.grant_types or client.backchannel_token_delivery_mode not in ciba.MODES:
            raise UnauthorizedClient("CIBA is not registered for this client")
        params = {"scope": scopes.OPENID} | await self._opened(client, params) | {"client_id": client.client_id}
        checks.check("ciba", client, params)
        hint = ciba.hint_of(params)
        binding_message = ciba.binding_message_of(client, params)
        notification_token = ciba.notification_token_of(client, params)
        lifetime, now = ciba.expiry_of(params), datetime.now(UTC)
        if not await self.limits.reserve(PER_CLIENT, client.client_id, now):
            raise RequestRefused("too many requests")
        account_id = await self._person(client, hint, now)
        await self._spare(client, account_id, now)
        code = pending.make()
        content = Content(
            build_for_another_screen(client, params),
            binding_message=binding_message,
            auth_req_id=None if notification_token is None else code,
            notification_token=notification_token,
        )
        await self.pending.begin_ciba(code, account_id, content, now=now, lifetime=lifetime)
        await self.audit.write("asked_by_client", account_id=account_id, client_id=client.client_id)
        return json({"auth_req_id": code, "expires_in": int(lifetime.total_seconds()), "interval": pending.INTERVAL})

    async def _opened(self, client: Client, params: dict[str, str]) -> dict[str, str]:
        """CIBA 7.1.1: with a signed request, what is not signed does not count, but for the client authentication."""
        if "request" not in params:
            # guard: eid-ciba-signed-request-required
            if client.demands.signed_ciba_request or client.backchannel_authentication_request_signing_alg is not None:
                raise InvalidRequest("the request has to be signed")
            return params
        token = signed_request.read(params["request"])
        keys = await self.authenticate.keys_of(client, token.header.kid)
        proven = signed_request.prove(token, client, keys, issuer=self.issuer, now=int(time.time()))
        # guard: eid-ciba-request-once
        if not await self.used_ids.claim(f"ciba:{client.client_id}", proven.jti, proven.expires_at):
            raise InvalidRequest("the signed request was used before")
        return proven.params

    async def _person(self, client: Client, hint: Hint, now: datetime) -> UUID:
        account_id = await self._meant(client, hint)
        if account_id is not None and await self.accounts.is_active(account_id):
            return account_id
        # guard: eid-ciba-numbers-are-not-tried
        if not await self.limits.reserve(UNKNOWN, client.client_id, now):
            raise RequestRefused("too many requests for unknown persons")
        raise UnknownUserId("nobody is known by this hint")

    async def _meant(self, client: Client, hint: Hint) -> UUID | None:
        if hint.kind == "login_hint":
            return await self.accounts.find_id(hint.value)
        if hint.kind == "id_token_hint":
            claims = issue.read_id_token_hint(hint.value, self.keys.all, issuer=self.issuer)
            # guard: eid-ciba-hint-of-this-client
            if claims is None or claims.aud != client.client_id:
                raise InvalidRequest("id_token_hint is not one of ours for this client")
            return await self.subjects.owner(claims.sub, client.sector)
        token = signed_request.read(hint.value)
        keys = await self.authenticate.keys_of(client, token.header.kid)
        now = int(time.time())
        sub = signed_request.prove_login_hint(token, client, keys, issuer=self.issuer, now=now)
        return await self.subjects.owner(sub, client.sector)

    async def _spare(self, client: Client, account_id: UUID, now: datetime) -> None:
        # guard: eid-ciba-person-is-spared
        if not await self.limits.reserve(PER_PERSON_AND_CLIENT, f"{account_id}\n{client.client_id}", now):
            raise RequestRefused("this person was asked often enough")
        if not await self.limits.reserve(PER_PERSON, str(account_id), now):
            raise RequestRefused("this person was asked often enough")
