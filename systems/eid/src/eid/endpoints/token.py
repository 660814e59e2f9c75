"""POST /token: who calls, by which grant type, bound to which key; the rest is that grant type's handler.

RFC 6749 3.2 and 5. A grant type is a row of the table that app.py hands over; it returns what was granted, and one
function makes the answer of it (grants/token_response.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from eid.clients import Client
from eid.endpoints.client_authentication import ClientAuthentication
from eid.endpoints.http import Answer, Scope, form, json
from eid.endpoints.sender_constraint import SenderConstraint
from eid.grants.token_response import Given, token_response
from eid.keys import KeyRing
from eid.oidc import algorithms
from eid.oidc.encryption_keys import key_for
from eid.oidc.errors import InvalidRequest, TemporarilyUnavailable, UnauthorizedClient, UnsupportedGrantType
from eid.tokens import encryption
from eid.tokens.confirmation import Confirmation


class TokenRequest(msgspec.Struct, frozen=True):
    """A request whose caller is proven. `constraint` is the key that the caller proved to hold, if any."""

    client: Client
    params: Mapping[str, str]
    constraint: Confirmation | None
    now: datetime


GrantHandler = Callable[[TokenRequest], Awaitable[Given]]


@dataclass(frozen=True)
class Token:
    """The token endpoint. `handlers` by grant_type."""

    issuer: str
    keys: KeyRing
    authenticate: ClientAuthentication
    constraint: SenderConstraint
    handlers: Mapping[str, GrantHandler]

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """Authenticate, dispatch on grant_type, answer."""
        params = form(scope, body)
        client = await self.authenticate(scope, params)
        grant_type = params.get("grant_type")
        if grant_type is None:
            raise InvalidRequest("grant_type is missing")
        handler = self.handlers.get(grant_type)
        if handler is None:
            raise UnsupportedGrantType("grant_type is not supported")
        if grant_type not in client.grant_types:
            raise UnauthorizedClient("grant_type is not registered for this client")
        to_client = await self._encryption_keys(client)
        now = datetime.now(UTC)
        bound_to = await self.constraint.of_tokens(scope, client)
        given = await handler(TokenRequest(client, params, bound_to, now))
        document = token_response(given, self.keys, issuer=self.issuer, now=int(now.timestamp()))
        if to_client is not None and "id_token" in document:
            document["id_token"] = _encrypted(document["id_token"], client, to_client)
        answer = json(document)
        if bound_to is None or bound_to.jkt is None:
            return answer
        return answer.with_headers((b"dpop-nonce", self.constraint.nonce().encode()))

    async def _encryption_keys(self, client: Client) -> Sequence[dict[str, Any]] | None:
        """The keys of a client that wants its ID tokens encrypted, found before anything is used up.

        Raises TemporarilyUnavailable.
        """
        if client.id_token_encrypted_response_alg is None:
            return None
        keys = await self.authenticate.keys_of(client)
        # guard: eid-no-code-is-spent-without-a-key
        if key_for(client.id_token_encrypted_response_alg, keys) is None:
            raise TemporarilyUnavailable("the client publishes no key for id_token_encrypted_response_alg")
        return keys


def _encrypted(id_token: str, client: Client, keys: Sequence[dict[str, Any]]) -> str:
    """Core 2: signed, then encrypted to the client."""
    alg, enc = client.id_token_encrypted_response_alg, client.id_token_encrypted_response_enc
    return encryption.encrypt(id_token, alg or "", enc or algorithms.DEFAULT_CONTENT_ENCRYPTION, keys)
