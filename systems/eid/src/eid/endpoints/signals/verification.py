"""/ssf/verify: an event that proves that the stream flows (SSF 8.1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from eid.endpoints.http import Answer, Scope
from eid.endpoints.signals.receiver import MANAGE, Receivers, json_object
from eid.oidc.errors import InvalidRequest, TooManyRequests
from eid.storage.signal_outbox import SignalOutbox
from eid.storage.signal_streams import SignalStreams


@dataclass(frozen=True)
class StreamVerification:
    """Queues the event behind what waits."""

    receivers: Receivers
    streams: SignalStreams
    outbox: SignalOutbox

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """204; 429 when the last one is younger than min_verification_interval."""
        client = await self.receivers.client(scope, MANAGE)
        asked = json_object(body)
        state = asked.get("state")
        if state is not None and (not isinstance(state, str) or len(state) > 1024):
            raise InvalidRequest("state is not a short text")
        stream = await self.receivers.stream(client, asked.get("stream_id"))
        now = datetime.now(UTC)
        if not await self.streams.may_verify(stream.stream_id, now):
            raise TooManyRequests("a verification was asked for a moment ago")
        await self.outbox.verify(stream.stream_id, state, now)
        return Answer(204, b"", ())
