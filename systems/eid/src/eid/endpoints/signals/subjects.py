"""/ssf/subjects/add and /ssf/subjects/remove: of whom a receiver wants to hear (SSF 8.1.3)."""

from __future__ import annotations

from dataclasses import dataclass

from eid.endpoints.http import Answer, Scope
from eid.endpoints.signals.receiver import MANAGE, Receivers, json_object
from eid.oidc.errors import InvalidRequest
from eid.signals.streams import Stream
from eid.signals.subjects import SubjectRefused, sub_of
from eid.storage.signal_streams import SignalStreams


@dataclass(frozen=True)
class StreamSubjects:
    """Everybody whom the sector has met is on the stream until removed.

    An unknown subject is taken like a known one (SSF 9.3 lets a transmitter be silent): the answer tells nobody who
    has an account.
    """

    issuer: str
    receivers: Receivers
    streams: SignalStreams

    async def add(self, scope: Scope, body: bytes) -> Answer:
        """200 with nothing in it."""
        stream, sub = await self._asked(scope, body)
        await self.streams.include(stream, sub)
        return Answer(200, b"", ())

    async def remove(self, scope: Scope, body: bytes) -> Answer:
        """204."""
        stream, sub = await self._asked(scope, body)
        await self.streams.exclude(stream, sub)
        return Answer(204, b"", ())

    async def _asked(self, scope: Scope, body: bytes) -> tuple[Stream, str]:
        client = await self.receivers.client(scope, MANAGE)
        asked = json_object(body)
        if not isinstance(asked.get("verified", True), bool):
            raise InvalidRequest("verified is true or false")
        stream = await self.receivers.stream(client, asked.get("stream_id"))
        try:
            return stream, sub_of(asked.get("subject"), self.issuer)
        except SubjectRefused as refused:
            raise InvalidRequest(f"subject: {refused}") from None
