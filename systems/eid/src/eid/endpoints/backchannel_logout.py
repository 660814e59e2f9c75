"""Tells clients that a session ended (Back-Channel Logout 1.0 2.5): from a durable queue, until they take it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from eid import sessions
from eid.keys import KeyRing
from eid.outbound import CallFailed, CallForbidden, Outbound
from eid.storage.audit import Audit
from eid.storage.clients import Clients
from eid.storage.database import AWAY
from eid.storage.queues import LogoutTask, Queues
from eid.tokens import issue

IDLE: Final = 0.5
log = logging.getLogger("eid.backchannel_logout")


@dataclass(frozen=True)
class BackchannelLogout:
    """One worker per process; rows are leased, so several processes share the work."""

    issuer: str
    sid_key: bytes
    keys: KeyRing
    clients: Clients
    queues: Queues
    audit: Audit
    outbound: Outbound

    async def run(self) -> None:
        """Forever: take what is due, deliver it, wait a moment when there is nothing."""
        while True:
            try:
                tasks = await self.queues.take_logouts(datetime.now(UTC))
                if tasks:
                    await asyncio.gather(*(self._deliver(task) for task in tasks))
                    continue
            except AWAY:
                log.warning("the database is away")
            await asyncio.sleep(IDLE)

    async def _deliver(self, task: LogoutTask) -> None:
        client = await self.clients.find(task.client_id)
        now = datetime.now(UTC)
        if client is None or client.backchannel_logout_uri is None:
            await self.queues.done("logout_queue", task.id, now)
            return
        token = issue.logout_token(
            self.keys.current,
            issuer=self.issuer,
            sub=task.sub,
            client_id=client.client_id,
            sid=sessions.sid_for(self.sid_key, task.session_id, client.sector),
            now=int(now.timestamp()),
        )
        try:
            form = urlencode({"logout_token": token}).encode()
            answer = await self.outbound.post(
                client.backchannel_logout_uri, form, content_type="application/x-www-form-urlencoded"
            )
            taken = answer.status in {200, 204}
        except (CallForbidden, CallFailed):
            taken = False
        if taken:
            await self.queues.done("logout_queue", task.id, datetime.now(UTC))
            await self.audit.write("logout_told", client_id=client.client_id, session_id=task.session_id)
        else:
            log.warning("client %s did not take a logout token (attempt %d)", client.client_id, task.attempts)
            await self.queues.failed("logout_queue", task.id, task.attempts, datetime.now(UTC))
