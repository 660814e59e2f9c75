"""Opens request objects, by value and by reference (RFC 9101 5); references only to registered addresses."""

from __future__ import annotations

import time
from dataclasses import dataclass

from eid.clients import Client, request_object
from eid.endpoints.client_authentication import ClientAuthentication
from eid.oidc.errors import InvalidRequest, InvalidRequestUri
from eid.outbound import CallFailed, CallForbidden, Outbound

TYPE = "application/oauth-authz-req+jwt"


@dataclass(frozen=True)
class RequestObjects:
    """Shared by /authorize and PAR."""

    issuer: str
    authenticate: ClientAuthentication
    outbound: Outbound

    async def open(self, client: Client, params: dict[str, str]) -> dict[str, str] | None:
        """What the request object holds; None when there is none and none is needed.

        Raises InvalidRequestObject, InvalidRequestUri, InvalidRequest.
        """
        if request_object.is_missing(client, params):
            raise InvalidRequest("this client signs its requests")
        if "request" in params and "request_uri" in params:
            raise InvalidRequest("request and request_uri exclude each other")  # RFC 9101 5
        if "request" in params:
            text = params["request"]
        elif "request_uri" in params:
            text = await self._fetched(client, params["request_uri"])
        else:
            return None
        token = request_object.read(text)
        keys = await self.authenticate.keys_of(client, token.header.kid)
        return request_object.parameters(token, client, keys, issuer=self.issuer, now=int(time.time()))

    async def _fetched(self, client: Client, request_uri: str) -> str:
        """RFC 9101 5.2 and 10.4: only what the client registered (Core 6.2 lets a fragment change), never a private
        address, bounded in size and time."""
        # guard: eid-request-uri-is-registered
        if request_uri.partition("#")[0] not in (known.partition("#")[0] for known in client.request_uris):
            raise InvalidRequestUri("request_uri is not registered")
        try:
            answer = await self.outbound.get(request_uri.partition("#")[0], accept=TYPE)
        except (CallForbidden, CallFailed):
            raise InvalidRequestUri("request_uri cannot be read") from None
        if answer.status != 200:
            raise InvalidRequestUri("request_uri cannot be read")
        return answer.body.decode("ascii", "replace").strip()
