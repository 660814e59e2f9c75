"""Telling subscribers of changes of records: each one in its own order, none skipped in silence, none told for two."""

import asyncio
import logging
from urllib.parse import urlsplit

import httpx

from population.disclosure import quota
from population.disclosure.alarms import Pattern
from population.events.push import LOOK_EVERY_SECONDS, Letter, Outcome, post, wait_before_retry
from population.storage import alarms, feed
from population.storage.database import AWAY, Connection
from population.wiring import Wiring
from wire import loopback

log = logging.getLogger(__name__)

BATCH = 50
#: After so many refusals (a quarter of an hour) an event is set aside and the staff get an alarm.
MOST_REFUSALS = 9


async def tell_for_ever(wiring: Wiring) -> None:
    """Tell whatever is due, then sleep. Ends only by cancellation."""
    async with loopback.async_client() as http:
        while True:
            try:
                while await tell_one(wiring, http):
                    pass
            except AWAY:
                log.warning("feed: the database is away")
            except Exception as fault:  # a teller that ends in silence would be worse
                log.error("feed: %s", type(fault).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def tell_one(wiring: Wiring, http: httpx.AsyncClient) -> bool:
    """Tell one subscriber the next of what is due to him. False when nothing is due to anybody."""
    async with wiring.database.transaction() as connection:
        client_id = await feed.due(connection)
        if client_id is None:
            return False
        address = await connection.fetchval("select push_to from subscriber where client_id = $1", client_id)
        parts = urlsplit(address)
        audience = f"{parts.scheme}://{parts.netloc}"
        for event in await feed.following(wiring.database, connection, client_id, BATCH):
            outcome = await post(wiring, http, client_id, Letter(address, audience, event.jti, event.content))
            if outcome is Outcome.TAKEN:
                await feed.taken(connection, client_id, event.position)
                continue
            # guard: npd-feed-keeps-its-order
            if not (outcome is Outcome.REFUSED and event.attempts >= MOST_REFUSALS):
                await feed.failed(connection, client_id, wait_before_retry(event.attempts))
                return True
            await _set_aside(wiring, connection, event)
    return True


async def _set_aside(wiring: Wiring, connection: Connection, event: feed.Event) -> None:
    log.error("feed: %s refuses event %s: set aside", event.subscriber, event.position)
    await feed.set_aside(connection, event)
    pattern = Pattern("feed", event.subscriber.encode(), event.subscriber, event.position)
    await alarms.raise_(wiring.database, pattern, quota.today()[0].date())
