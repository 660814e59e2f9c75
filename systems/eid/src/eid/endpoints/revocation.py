"""POST /revoke: a client gives a token back (RFC 7009)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from eid.clients import Client
from eid.endpoints.access_tokens import AccessTokens, is_clients_own
from eid.endpoints.client_authentication import ClientAuthentication
from eid.endpoints.http import NO_SNIFF, NO_STORE, Answer, Scope, form
from eid.grants import refresh
from eid.oidc.errors import InvalidRequest
from eid.storage.audit import Audit
from eid.storage.refresh_families import RefreshFamilies


@dataclass(frozen=True)
class Revocation:
    """The revocation endpoint.

    A refresh token, or an access token of the grant's own client, ends the grant: all its access tokens, and
    everything that was exchanged for them (RFC 7009 2.1). A token made by exchange, or a client's own, ends alone.
    """

    authenticate: ClientAuthentication
    tokens: AccessTokens
    families: RefreshFamilies
    refresh_key: bytes
    audit: Audit

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """200 also for a token that is nothing (any more); an error for a token of somebody else."""
        params = form(scope, body)
        client = await self.authenticate(scope, params)
        if "token" not in params:
            raise InvalidRequest("token is missing")
        presented = refresh.read(self.refresh_key, params["token"])
        if presented is not None:
            await self._refresh_token(client, presented[0])
        else:
            await self._access_token(client, params["token"])
        return Answer(200, b"", (NO_STORE, NO_SNIFF))

    async def _refresh_token(self, client: Client, grant_id: UUID) -> None:
        family = await self.families.find(grant_id)
        if family is not None:
            _own(client, family.client_id)
            await self._end(client, grant_id)

    async def _access_token(self, client: Client, token: str) -> None:
        claims = self.tokens.read(token)
        if claims is None:
            return
        _own(client, claims.client_id)
        grant = None if is_clients_own(claims) else await self.tokens.grants.standing(claims.grant_id)
        if grant is not None and grant.client_id == client.client_id:
            await self._end(client, grant.id)
        else:
            await self.tokens.revoked.add(claims.jti, claims.exp)

    async def _end(self, client: Client, grant_id: UUID) -> None:
        await self.tokens.grants.revoke(grant_id, datetime.now(UTC))
        await self.audit.write("token_revoked", client_id=client.client_id)


def _own(client: Client, client_id: str) -> None:
    # guard: eid-revocation-of-own-tokens-only
    if client.client_id != client_id:
        raise InvalidRequest("the token was given to another client")
