"""/ssf/status: whether events flow (SSF 8.1.2)."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from eid.endpoints.http import Answer, Scope, json
from eid.endpoints.signals.receiver import MANAGE, READ, Receivers, stream_id_in_query
from eid.oidc.errors import InvalidRequest
from eid.signals.streams import Status, Stream
from eid.storage.audit import Audit
from eid.storage.signal_streams import SignalStreams


class _Asked(msgspec.Struct):
    stream_id: str
    status: Status
    reason: str | None = None


@dataclass(frozen=True)
class StreamStatus:
    """GET tells it, POST sets it."""

    receivers: Receivers
    streams: SignalStreams
    audit: Audit

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """Paused keeps events, disabled drops them."""
        if scope["method"] == "GET":
            client = await self.receivers.client(scope, READ, MANAGE)
            return _said(await self.receivers.stream(client, stream_id_in_query(scope)))
        client = await self.receivers.client(scope, MANAGE)
        try:
            asked = msgspec.json.decode(body, type=_Asked)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise InvalidRequest(str(error)) from None
        if len(asked.reason or "") > 500:
            raise InvalidRequest("reason is too long")
        stream = await self.receivers.stream(client, asked.stream_id)
        await self.streams.set_status(stream.stream_id, asked.status, asked.reason)
        await self.audit.write("stream_status", client_id=client.client_id, status=asked.status)
        return _said(msgspec.structs.replace(stream, status=asked.status, reason=asked.reason))


def _said(stream: Stream) -> Answer:
    said = {"stream_id": str(stream.stream_id), "status": stream.status}
    return json(said | ({"reason": stream.reason} if stream.reason else {}))
