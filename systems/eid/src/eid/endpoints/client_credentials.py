"""grant_type=client_credentials: a client for itself (RFC 6749 4.4, RFC 9068 2.2: `sub` is the client)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from eid.endpoints.token import TokenRequest
from eid.grants.token_response import Given
from eid.oidc import scopes
from eid.oidc.errors import InvalidScope, InvalidTarget, UnauthorizedClient
from eid.storage.audit import Audit


@dataclass(frozen=True)
class ClientCredentials:
    """No person, no refresh token, no record: the token lives its minutes, or is revoked by its jti."""

    issuer: str
    audit: Audit

    async def __call__(self, asked: TokenRequest) -> Given:
        """Raises InvalidScope, InvalidTarget, or UnauthorizedClient for a client without a secret or key."""
        client = asked.client
        if client.is_public:
            raise UnauthorizedClient("a public client has no credentials")
        own = tuple(word for word in scopes.parse(client.scope) if word not in scopes.OF_PERSONS)
        scope = scopes.parse(asked.params.get("scope", "")) or own
        # guard: eid-client-credentials-scope
        if not set(scope) <= set(own):
            raise InvalidScope("scope goes beyond the registration, or is about a person")
        resource = scopes.parse(asked.params.get("resource", ""))
        if not set(resource) <= set(client.resources):
            raise InvalidTarget("resource is not registered for this client")
        await self.audit.write("client_token_issued", client_id=client.client_id)
        return Given(
            grant_id=uuid4(),
            client_id=client.client_id,
            sub=client.client_id,
            scope=scope,
            resource=resource or client.resources or (self.issuer,),
            cnf=asked.constraint,
        )
