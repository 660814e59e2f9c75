"""/ssf/poll: a receiver fetches its events and says which it took (RFC 8936)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec

from eid.endpoints.http import Answer, Scope, header, json
from eid.endpoints.signals.receiver import MANAGE, READ, Receivers
from eid.endpoints.signals.token import SecurityEventTokens
from eid.oidc.errors import InvalidRequest, NotFound
from eid.signals.streams import POLL
from eid.storage.signal_outbox import SignalOutbox, Waiting
from eid.storage.signal_streams import SignalStreams

MOST: Final = 100
WAIT: Final = 20.0
LOOK_EVERY: Final = 0.5


class _Error(msgspec.Struct):
    err: str
    description: str = ""


class _Asked(msgspec.Struct, rename="camel"):
    max_events: int = MOST
    return_immediately: bool = False
    ack: list[str] = msgspec.field(default_factory=list)
    set_errs: dict[str, _Error] = msgspec.field(default_factory=dict)


@dataclass(frozen=True)
class Poll:
    """Acknowledges first, then waits for what comes, at most 20 seconds."""

    receivers: Receivers
    streams: SignalStreams
    outbox: SignalOutbox
    tokens: SecurityEventTokens

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """RFC 8936 2.2 to 2.5. What is not acknowledged comes again."""
        client = await self.receivers.client(scope, READ, MANAGE)
        asked = _read(scope, body)
        stream = await self.streams.of_client(client.client_id)
        if stream is None or stream.delivery_method != POLL:
            raise NotFound("this receiver has no stream to poll")
        outcomes: dict[str, str | None] = dict.fromkeys(asked.ack)
        outcomes |= {jti: error.err[:100] for jti, error in asked.set_errs.items()}
        if outcomes:
            await self.outbox.settle(stream.stream_id, outcomes, datetime.now(UTC))
        most = min(asked.max_events, MOST)
        found: list[Waiting] = []
        if most and stream.status == "enabled":
            found = await self._wait(stream.stream_id, most, immediately=asked.return_immediately)
        sets = {waiting.jti: self.tokens.make(stream, waiting) for waiting in found[:most]}
        return json({"sets": sets} | ({"moreAvailable": True} if len(found) > most else {}))

    async def _wait(self, stream_id: UUID, most: int, *, immediately: bool) -> list[Waiting]:
        until = asyncio.get_running_loop().time() + (0 if immediately else WAIT)
        while True:
            found = await self.outbox.waiting(stream_id, most + 1)
            if found or asyncio.get_running_loop().time() >= until:
                return found
            await asyncio.sleep(LOOK_EVERY)


def _read(scope: Scope, body: bytes) -> _Asked:
    if header(scope, b"content-type").partition(";")[0].strip().lower() != "application/json":
        raise InvalidRequest("the body is not JSON")
    try:
        asked = msgspec.json.decode(body, type=_Asked)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise InvalidRequest(str(error)) from None
    if asked.max_events < 0 or len(asked.ack) + len(asked.set_errs) > 1000:
        raise InvalidRequest("too many, or less than none")
    return asked
