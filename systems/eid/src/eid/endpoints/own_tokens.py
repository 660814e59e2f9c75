"""Which client calls for itself: an access token whose subject is the client (RFC 6749 4.4, RFC 9068 2.2)."""

from __future__ import annotations

import time
from dataclasses import dataclass

from eid.clients import Client
from eid.endpoints.http import Scope, header
from eid.endpoints.sender_constraint import SenderConstraint
from eid.keys import KeyRing
from eid.oidc.errors import InsufficientScope, InvalidToken
from eid.storage.clients import Clients
from eid.tokens import issue


@dataclass(frozen=True)
class OwnTokens:
    """Authenticates calls of clients to resources that are not about a sign-in (RFC 6750, RFC 9449)."""

    issuer: str
    keys: KeyRing
    constraint: SenderConstraint
    clients: Clients

    async def client(self, scope: Scope, resource: str, *one_of: str) -> Client:
        """The client of the token, which is for us or for our `resource` (a path), with one of these scopes.

        Raises InvalidToken, InsufficientScope.
        """
        kind, _, token = header(scope, b"authorization").partition(" ")
        kind, token = kind.lower(), token.strip()
        if kind not in ("bearer", "dpop") or not token:
            raise InvalidToken
        scheme = "DPoP" if kind == "dpop" else "Bearer"
        claims = issue.read_access_token(token, self.keys.all, issuer=self.issuer, now=int(time.time()))
        if claims is None or not {self.issuer, f"{self.issuer}{resource}"} & set(claims.audiences):
            raise InvalidToken("the token is not good", scheme=scheme)
        # guard: eid-own-token-is-the-clients-own
        if claims.sub != claims.client_id:
            raise InvalidToken("the token is not good", scheme=scheme)
        client = await self.clients.find(claims.client_id)
        if client is None:
            raise InvalidToken("the token is not good", scheme=scheme)
        # guard: eid-own-token-used-with-its-key
        await self.constraint.of_use(scope, client, claims, token, kind)
        # guard: eid-own-token-scope
        if not set(one_of) & set(claims.scope.split(" ")):
            raise InsufficientScope(" or ".join(one_of))
        return client
