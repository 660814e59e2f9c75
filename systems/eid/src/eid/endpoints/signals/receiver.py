"""Which receiver calls, with which stream: an access token of the client for itself, scope ssf.read or ssf.manage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec

from eid.clients import Client
from eid.endpoints.http import Scope
from eid.endpoints.own_tokens import OwnTokens
from eid.oidc import parameters, scopes
from eid.oidc.errors import InvalidRequest, NotFound
from eid.signals.streams import Stream
from eid.storage.signal_streams import SignalStreams

READ: Final = scopes.SSF_READ
MANAGE: Final = scopes.SSF_MANAGE


@dataclass(frozen=True)
class Receivers:
    """Authenticates calls to the stream endpoints (SSF 8.1)."""

    own_tokens: OwnTokens
    streams: SignalStreams

    async def client(self, scope: Scope, *one_of: str) -> Client:
        """The receiver of the token. Raises InvalidToken, InsufficientScope."""
        return await self.own_tokens.client(scope, "/ssf", *one_of)

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
