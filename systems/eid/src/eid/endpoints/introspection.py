"""POST /introspect: what a token is worth, told to those whom it concerns (RFC 7662, RFC 9701)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from eid.clients import Client
from eid.endpoints.access_tokens import AccessTokens, Standing
from eid.endpoints.client_authentication import ClientAuthentication
from eid.endpoints.http import NO_SNIFF, NO_STORE, Answer, Scope, form, header, json
from eid.grants import refresh
from eid.oidc.errors import InvalidRequest
from eid.storage.refresh_families import RefreshFamilies

MEDIA_TYPE: Final = "application/token-introspection+jwt"
_TYPE: Final = "token-introspection+jwt"
_INACTIVE: Final[dict[str, Any]] = {"active": False}


@dataclass(frozen=True)
class Introspection:
    """The introspection endpoint. `refresh_key` reads refresh tokens."""

    authenticate: ClientAuthentication
    tokens: AccessTokens
    families: RefreshFamilies
    refresh_key: bytes

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """RFC 7662 2.2: whatever is wrong with the token, or with the asker, is one answer: not active."""
        params = form(scope, body)
        client = await self.authenticate(scope, params)
        if "token" not in params:
            raise InvalidRequest("token is missing")
        told = await self._tell(client, params["token"])
        if MEDIA_TYPE in header(scope, b"accept"):
            return self._signed(client, told)
        return json(told)

    async def _tell(self, client: Client, token: str) -> dict[str, Any]:
        presented = refresh.read(self.refresh_key, token)
        if presented is not None:
            return await self._refresh_token(client, *presented)
        standing = await self.tokens.standing(token)
        # guard: eid-introspection-audience-only
        if standing is None or not _concerns(client, standing):
            return _INACTIVE
        claims: dict[str, Any] = msgspec.to_builtins(standing.claims)
        token_type = "Bearer" if standing.claims.cnf is None else standing.claims.cnf.token_type
        return {"active": True, "token_type": token_type} | claims

    async def _refresh_token(self, client: Client, grant_id: UUID, generation: int) -> dict[str, Any]:
        family = await self.families.find(grant_id)
        now = datetime.now(UTC)
        if family is None or family.client_id != client.client_id or family.generation != generation:
            return _INACTIVE
        if now >= min(family.expires_at, family.used_at + refresh.IDLE):
            return _INACTIVE
        return {"active": True, "client_id": family.client_id, "exp": int(family.expires_at.timestamp())}

    def _signed(self, client: Client, told: dict[str, Any]) -> Answer:
        """RFC 9701 5: a JWT that no access token or ID token can be mistaken for (`typ`, no `sub`, no `exp`)."""
        document = {
            "iss": self.tokens.issuer,
            "aud": client.client_id,
            "iat": int(time.time()),
            "token_introspection": told,
        }
        alg = client.introspection_signed_response_alg or client.demands.id_token_algorithms[0]
        signed = self.tokens.keys.signing(alg).sign(_TYPE, msgspec.json.encode(document))
        return Answer(200, signed.encode(), ((b"content-type", MEDIA_TYPE.encode()), NO_STORE, NO_SNIFF))


def _concerns(client: Client, standing: Standing) -> bool:
    """The resource server that it is for, or the client that it was given to (RFC 7662 4, RFC 9701 5)."""
    addressed = client.resource_server is not None and client.resource_server in standing.claims.audiences
    return addressed or standing.claims.client_id == client.client_id
