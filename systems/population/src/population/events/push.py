"""Pushing the outbox: every event reaches its receiver, at least once, in its own time."""

import asyncio
import logging
import random
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

import httpx

from population.events.access import TYP, security_event_token
from population.storage import clients, outbox
from population.storage.database import AWAY
from population.wiring import Wiring
from wire import loopback

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 2.0
BATCH = 20
LONGEST_WAIT_SECONDS = 300.0


class Outcome(Enum):
    """What became of one attempt (RFC 8935 2.2-2.4)."""

    TAKEN = 1
    REFUSED = 2
    AWAY = 3


@dataclass(frozen=True, slots=True)
class Letter:
    """What is pushed where; ``jti`` is the same in every attempt."""

    address: str
    audience: str
    jti: UUID
    content: dict[str, object]


def wait_before_retry(attempts: int) -> float:
    """Doubling from one second to five minutes, spread so that a receiver that comes back is not run over."""
    return min(LONGEST_WAIT_SECONDS, 2.0 ** min(attempts, 10)) * random.uniform(0.75, 1.25)


async def push_for_ever(wiring: Wiring) -> None:
    """Push whatever is due, then sleep until there is news. Ends only by cancellation."""
    async with loopback.async_client() as http:
        while True:
            try:
                while await push_due(wiring, http) == BATCH:
                    pass
            except AWAY:
                log.warning("outbox: the database is away")
            except Exception as fault:  # a pusher that ends in silence would be worse
                log.error("outbox: %s", type(fault).__name__)
            wiring.outbox_has_news.clear()
            try:
                async with asyncio.timeout(LOOK_EVERY_SECONDS):
                    await wiring.outbox_has_news.wait()
            except TimeoutError:
                continue


async def push_due(wiring: Wiring, http: httpx.AsyncClient) -> int:
    """Push one batch of due events. Returns how many were looked at."""
    async with wiring.database.transaction() as connection:
        events = await outbox.take(wiring.database, connection, BATCH)
        away = False
        for event in events:
            # A receiver that is away will not take the others either; one that refuses an event may take the next.
            outcome = Outcome.AWAY if away else await _push(wiring, http, event)
            away = outcome is Outcome.AWAY
            if outcome is Outcome.TAKEN:
                await outbox.delivered(connection, event)
            else:
                await outbox.failed(connection, event, wait_before_retry(event.attempts))
        return len(events)


async def _push(wiring: Wiring, http: httpx.AsyncClient, event: outbox.Waiting) -> Outcome:
    eid = wiring.settings.eid_url
    return await post(wiring, http, event.receiver, Letter(f"{eid}/register-events", eid, event.jti, event.content))


async def post(wiring: Wiring, http: httpx.AsyncClient, client_id: str, letter: Letter) -> Outcome:
    """One attempt (RFC 8935 2): signed by us, sealed to the client."""
    receiver = await clients.get(wiring.database, client_id)
    if receiver is None:
        log.warning("outbox: the receiver %s is not registered", client_id)
        return Outcome.AWAY
    token = security_event_token(
        letter.content,
        letter.jti,
        wiring.signing_key,
        issuer=wiring.settings.origin,
        audience=letter.audience,
        receiver=receiver.jwks,
    )
    try:
        answer = await http.post(letter.address, content=token, headers={"Content-Type": f"application/{TYP}"})
    except httpx.HTTPError as fault:
        log.warning("outbox: no delivery, %s", type(fault).__name__)
        return Outcome.AWAY
    if answer.status_code == httpx.codes.ACCEPTED:
        return Outcome.TAKEN
    log.warning("outbox: no delivery, status %s", answer.status_code)
    refused = answer.status_code == httpx.codes.BAD_REQUEST
    return Outcome.REFUSED if refused else Outcome.AWAY
