"""Registered clients, kept in memory while nothing changes; a change is told to every process by NOTIFY."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import msgspec

from eid.clients import Client
from eid.storage.database import AWAY, Connection, Database, connect_alone

CHANNEL = "eid_clients"
log = logging.getLogger("eid.clients")


class Clients:
    """Table clients, through a cache that `listen` empties when a registration changes."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._known: dict[str, Client] = {}
        self._listening = False

    async def find(self, client_id: str) -> Client | None:
        """The client, or None. Unknown ids are not remembered: they cost a query each and no memory."""
        known = self._known.get(client_id)
        if known is not None and self._listening:
            return known
        if "\x00" in client_id:
            return None  # in no id, and PostgreSQL takes it for a mistake of ours
        row = await self._db.lanes.value("select metadata from clients where client_id = $1", client_id)
        if row is None:
            return None
        client = msgspec.json.decode(row, type=Client)
        self._known[client_id] = client
        return client

    async def serving(self, resource: str) -> Client | None:
        """The client that is this resource server (its `resource_server`)."""
        row = await self._db.lanes.value(
            "select metadata from clients where metadata ->> 'resource_server' = $1", resource
        )
        return None if row is None else msgspec.json.decode(row, type=Client)

    async def all(self) -> list[Client]:
        """Every client, by id."""
        rows = await self._db.lanes.fetch("select metadata from clients order by client_id")
        return [msgspec.json.decode(row["metadata"], type=Client) for row in rows]

    async def put(self, clients: list[Client]) -> None:
        """Register or update."""
        rows = [(client.client_id, msgspec.json.encode(client).decode()) for client in clients]
        async with self._db.transaction() as connection:
            await connection.executemany(
                "insert into clients (client_id, metadata) values ($1, $2::jsonb)"
                " on conflict (client_id) do update set metadata = excluded.metadata, updated_at = now()",
                rows,
            )
            await connection.execute("select pg_notify($1, '')", CHANNEL)

    async def remove(self, client_id: str) -> bool:
        """Forget a client. False when there was none."""
        async with self._db.transaction() as connection:
            gone = await connection.fetchval("delete from clients where client_id = $1 returning true", client_id)
            await connection.execute("select pg_notify($1, '')", CHANNEL)
        return bool(gone)

    async def keep_listening(self, url: str) -> None:
        """Keep the ear for changed registrations open, for ever; while it is closed nothing is served from memory."""
        while True:
            try:
                connection = await self.listen(url)
                while not connection.is_closed():
                    await asyncio.sleep(1)
            except AWAY:
                log.warning("cannot listen for changed clients")
            await asyncio.sleep(1)

    async def listen(self, url: str) -> Connection:
        """Open the connection that hears of changes. While it is away nothing is served from memory."""
        connection = await connect_alone(url)

        def changed(*_: Any) -> None:
            self._known.clear()

        def lost(*_: Any) -> None:
            self._listening = False

        await connection.add_listener(CHANNEL, changed)
        connection.add_termination_listener(lost)
        self._known.clear()
        self._listening = True
        return connection
