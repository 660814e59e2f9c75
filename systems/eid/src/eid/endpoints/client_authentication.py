"""Who calls PAR and the token endpoint: private_key_jwt (RFC 7523 2.2), each assertion once."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from eid.clients import Client, assertion
from eid.endpoints.http import Scope
from eid.oidc.errors import InvalidClient
from eid.storage.clients import Clients
from eid.storage.used_ids import UsedIds


@dataclass(frozen=True)
class ClientAuthentication:
    """Proves the client of a form."""

    issuer: str
    clients: Clients
    used_ids: UsedIds

    async def __call__(self, scope: Scope, params: Mapping[str, str]) -> Client:
        """The proven client. Raises InvalidClient, always with a 401."""
        if params.get("client_assertion_type") != assertion.TYPE or "client_assertion" not in params:
            raise InvalidClient("private_key_jwt is needed")
        token = params["client_assertion"]
        client_id = params.get("client_id") or assertion.client_id_of(token)
        client = await self.clients.find(client_id)
        if client is None:
            raise InvalidClient("the assertion is not acceptable")
        proven = assertion.prove(token, client, issuer=self.issuer, now=int(time.time()))
        if not await self.used_ids.claim(client.client_id, proven.jti, proven.expires_at):
            raise InvalidClient("the assertion was used before")
        return client
