"""Pushes events to receivers (RFC 8935): per stream in order, from the outbox, until they are taken or refused."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec

from eid.endpoints.signals.token import SecurityEventTokens
from eid.outbound import Answer, CallFailed, CallForbidden, Outbound
from eid.signals.streams import PUSH, Stream
from eid.storage.audit import Audit
from eid.storage.database import AWAY
from eid.storage.signal_outbox import LEASE, SignalOutbox, Waiting
from eid.storage.signal_streams import SignalStreams

IDLE: Final = 0.25
_STOP_BEFORE: Final = 15.0  # seconds of the lease that are left for the last call
log = logging.getLogger("eid.signals")


class _Error(msgspec.Struct):
    err: str


@dataclass(frozen=True)
class SignalPush:
    """One worker per process; a stream is leased, so one process at a time pushes on it."""

    streams: SignalStreams
    outbox: SignalOutbox
    tokens: SecurityEventTokens
    outbound: Outbound
    audit: Audit

    async def run(self) -> None:
        """Forever: take the streams on which something waits, push, wait a moment when there is nothing."""
        while True:
            try:
                leased = await self.outbox.lease(datetime.now(UTC))
                if leased:
                    await asyncio.gather(*(self._push_all(stream_id) for stream_id in leased))
                    continue
            except AWAY:
                log.warning("the database is away")
            await asyncio.sleep(IDLE)

    async def _push_all(self, stream_id: UUID) -> None:
        stream = await self.streams.get(stream_id)
        failed, until = False, asyncio.get_running_loop().time() + LEASE.total_seconds() - _STOP_BEFORE
        if stream is not None and stream.delivery_method == PUSH:
            for waiting in await self.outbox.waiting(stream_id):
                failed = not await self._push(stream, waiting)
                if failed or asyncio.get_running_loop().time() > until:
                    break
        await self.outbox.release(stream_id, failed=failed, now=datetime.now(UTC))

    async def _push(self, stream: Stream, waiting: Waiting) -> bool:
        """Whether this event is done with; False when the receiver has to be tried again later."""
        answer = await self._send(stream, self.tokens.make(stream, waiting))
        refused = None
        if answer is None or answer.status != 202:
            refused = _refusal(answer)
            log.warning("receiver %s did not take an event (%s)", stream.client_id, refused or "away")
            if refused is None:
                return False
        await self.outbox.settle(stream.stream_id, {waiting.jti: refused}, datetime.now(UTC))
        kind = "signal_told" if refused is None else "signal_refused"
        await self.audit.write(kind, client_id=stream.client_id, type=waiting.event_type)
        return True

    async def _send(self, stream: Stream, token: str) -> Answer | None:
        try:
            return await self.outbound.post(
                stream.endpoint_url or "",
                token.encode(),
                content_type="application/secevent+jwt",
                authorization=stream.authorization_header,
            )
        except (CallForbidden, CallFailed):
            return None


def _refusal(answer: Answer | None) -> str | None:
    """RFC 8935 2.4: a 400 with a code will be one next time too. What else went wrong may mend itself."""
    if answer is None or answer.status != 400:
        return None
    try:
        return msgspec.json.decode(answer.body, type=_Error).err[:100]
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
