"""Opens request objects, by value and by reference (RFC 9101 5); references only to registered addresses."""

from __future__ import annotations

import time
from dataclasses import dataclass

from eid.clients import Client, request_object
from eid.endpoints.client_authentication import ClientAuthentication
from eid.keys import KeyRing
from eid.oidc.errors import InvalidRequest, InvalidRequestObject, InvalidRequestUri
from eid.outbound import CallFailed, CallForbidden, Outbound
from eid.tokens import decryption

TYPE = "application/oauth-authz-req+jwt"


@dataclass(frozen=True)
class RequestObjects:
    """Shared by /authorize and PAR."""

    issuer: str
    keys: KeyRing
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
        token = request_object.read(self._decrypted(client, text))
        keys = await self.authenticate.keys_of(client, token.header.kid)
        held = request_object.parameters(token, client, keys, issuer=self.issuer, now=int(time.time()))
        if params.get("response_type", held.get("response_type")) != held.get("response_type"):
            raise InvalidRequest("response_type and the request object say two things")  # Core 6.1
        return held

    def _decrypted(self, client: Client, text: str) -> str:
        """RFC 9101 6.1: what is encrypted to us is opened first; what is inside has to be signed all the same."""
        if not decryption.is_encrypted(text):
            return text
        try:
            return decryption.decrypt(text, self._keys_for(client))
        except decryption.NotForUs:
            raise InvalidRequestObject("the request object cannot be decrypted") from None

    def _keys_for(self, client: Client) -> list[decryption.DecryptionKey]:
        chosen = client.request_object_encryption_alg
        return [key for key in self.keys.decryption if chosen is None or key.alg == chosen]

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
