"""Our own access tokens when they come back to us: whether they are ours, not over, and still stand."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NamedTuple

from eid.grants.grant import Grant
from eid.keys import KeyRing
from eid.storage.clients import Clients
from eid.storage.grants import Grants
from eid.storage.revoked_tokens import RevokedTokens
from eid.tokens import issue
from eid.tokens.content import AccessToken


class Standing(NamedTuple):
    """A token that counts. `grant` is what a person gave; None for a client's own token."""

    claims: AccessToken
    grant: Grant | None


@dataclass(frozen=True)
class AccessTokens:
    """For introspection, revocation and exchange; userinfo has its own, shorter way."""

    issuer: str
    keys: KeyRing
    grants: Grants
    clients: Clients
    revoked: RevokedTokens

    def read(self, token: str) -> AccessToken | None:
        """What a token of ours says while it is not over; whether it stands is another question."""
        return issue.read_access_token(token, self.keys.all, issuer=self.issuer, now=int(time.time()))

    async def standing(self, token: str) -> Standing | None:
        """The token and the grant behind it, while both stand, and so does the client."""
        claims = self.read(token)
        if claims is None or await self.clients.find(claims.client_id) is None:
            return None
        # guard: eid-revoked-token-is-inactive
        if await self.revoked.holds(claims.jti):
            return None
        if is_clients_own(claims):
            return Standing(claims, None)
        grant = await self.grants.standing(claims.grant_id)
        return None if grant is None else Standing(claims, grant)


def is_clients_own(claims: AccessToken) -> bool:
    """Whether a client got it for itself (RFC 9068 2.2); `sub` of a person is 128 random bits, never a client_id."""
    return claims.sub == claims.client_id
