"""Which receiver calls, with which stream: an access token of the client for itself, scope ssf.read or ssf.manage."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec

from eid.clients import Client
from eid.endpoints.http import Scope, header
from eid.endpoints.sender_constraint import SenderConstraint
from eid.keys import KeyRing
from eid.oidc import parameters, scopes
from eid.oidc.errors import InsufficientScope, InvalidRequest, InvalidToken, NotFound
from eid.signals.streams import Stream
from eid.storage.clients import Clients
from eid.storage.signal_streams import SignalStreams
from eid.tokens import issue

READ: Final = scopes.SSF_READ
MANAGE: Final = scopes.SSF_MANAGE


@dataclass(frozen=True)
class Receivers:
    """Authenticates calls to the stream endpoints (SSF 8.1, RFC 6750, RFC 9449)."""

    issuer: str
    keys: KeyRing
    constraint: SenderConstraint
    clients: Clients
    streams: SignalStreams

    async def client(self, scope: Scope, *one_of: str) -> Client:
        """The receiver of the token. Raises InvalidToken, InsufficientScope."""
        kind, _, token = header(scope, b"authorization").partition(" ")
        kind, token = kind.lower(), token.strip()
        if kind not in ("bearer", "dpop") or not token:
            raise InvalidToken
        scheme = "DPoP" if kind == "dpop" else "Bearer"
        claims = issue.read_access_token(token, self.keys.all, issuer=self.issuer, now=int(time.time()))
        if claims is None or not {self.issuer, f"{self.issuer}/ssf"} & set(claims.audiences):
            raise InvalidToken("the token is not good", scheme=scheme)
        # guard: eid-stream-token-is-the-clients-own
        if claims.sub != claims.client_id:
            raise InvalidToken("the token is not good", scheme=scheme)
        client = await self.clients.find(claims.client_id)
        if client is None:
            raise InvalidToken("the token is not good", scheme=scheme)
        # guard: eid-stream-token-used-with-its-key
        await self.constraint.of_use(scope, client, claims, token, kind)
        # guard: eid-stream-scope
        if not set(one_of) & set(claims.scope.split(" ")):
            raise InsufficientScope(" or ".join(one_of))
        return client

    async def stream(self, client: Client, stream_id: object) -> Stream:
        """The receiver's own stream. Raises NotFound: another's stream does not exist for it."""
        stream = await self.streams.of_client(client.client_id)
        if stream is None or not isinstance(stream_id, str) or stream_id != str(stream.stream_id):
            raise NotFound("there is no such stream")
        return stream


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a request. Raises InvalidRequest."""
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise InvalidRequest("the body is not JSON") from None
    if not isinstance(document, dict):
        raise InvalidRequest("the body is not a JSON object")
    return document


def stream_id_in_query(scope: Scope) -> str | None:
    """`?stream_id=`."""
    return parameters.parse(scope["query_string"]).get("stream_id")


def new_stream(client: Client, stream_id: UUID) -> Stream:
    """An empty stream of a client."""
    return Stream(stream_id, client.client_id, client.sector)
