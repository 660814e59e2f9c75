"""Tells clients in ping mode that their request was answered, or is over (CIBA Core 1.0 10.2)."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

import msgspec

from eid.outbound import CallFailed, CallForbidden, Outbound
from eid.storage.clients import Clients
from eid.storage.database import AWAY
from eid.storage.pending_requests import PendingRequests, Ping

IDLE: Final = 0.5
log = logging.getLogger("eid.ciba_ping")


@dataclass(frozen=True)
class CibaPing:
    """One worker per process; rows are leased, so several processes share the work."""

    clients: Clients
    pending: PendingRequests
    outbound: Outbound

    async def run(self) -> None:
        """Forever: take what is due, tell it, wait a moment when there is nothing."""
        while True:
            try:
                pings = await self.pending.take_pings(datetime.now(UTC))
                if pings:
                    await asyncio.gather(*(self._deliver(ping) for ping in pings))
                    continue
            except AWAY:
                log.warning("the database is away")
            await asyncio.sleep(IDLE)

    async def _deliver(self, ping: Ping) -> None:
        client = await self.clients.find(ping.client_id)
        taken = True  # a client that is gone, or no longer pinged, is told nothing
        if client is not None and client.backchannel_client_notification_endpoint is not None:
            taken = await self._post(client.backchannel_client_notification_endpoint, ping)
        if not taken:
            log.warning("client %s did not take a ping (attempt %d)", ping.client_id, ping.attempts)
        await self.pending.pinged(ping, datetime.now(UTC), taken=taken)

    async def _post(self, address: str, ping: Ping) -> bool:
        """CIBA 10.2. A redirect is not followed, and a refusal is an answer: only silence and 5xx are tried again."""
        try:
            answer = await self.outbound.post(
                address,
                msgspec.json.encode({"auth_req_id": ping.content.auth_req_id}),
                content_type="application/json",
                authorization=f"Bearer {ping.content.notification_token}",
            )
        except (CallForbidden, CallFailed):
            return False
        return answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
