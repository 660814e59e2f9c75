"""Pushed authorization requests: a reference of 256 random bits, used by one browser once (RFC 9126 7.3)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from eid.grants.authorization_request import LIFETIME, AuthorizationRequest
from eid.storage.batches import batcher, columns
from eid.storage.database import Database
from wire.batching import Batcher

PREFIX: Final = "urn:ietf:params:oauth:request_uri:"
CONTEXT: Final = "pushed_requests.request"


# guard: eid-request-uri-single-use
_USE: Final = (
    "update pushed_requests p set used_by = asked.by"
    " from unnest($1::bytea[], $2::text[], $3::timestamptz[], $4::uuid[]) as asked (hash, client_id, now, by)"
    " where p.request_uri_hash = asked.hash and p.client_id = asked.client_id"
    " and expires_at > asked.now and used_by is null returning p.used_by, p.request"
)


def digest(request_uri: str) -> bytes:
    """What is stored of a request_uri."""
    return hashlib.sha256(request_uri.encode()).digest()


class PushedRequests:
    """Table pushed_requests."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._inserts: Batcher[tuple[Any, ...]] = batcher(self._insert_many)
        self._uses: Batcher[tuple[bytes, str, datetime, UUID]] = batcher(self._use_many)

    async def push(self, request: AuthorizationRequest, now: datetime) -> str:
        """Keep a checked request; returns its request_uri."""
        request_uri = PREFIX + secrets.token_urlsafe(32)
        sealed = self._db.sealer.seal(msgspec.json.encode(request).decode(), CONTEXT)
        await self._inserts.submit((digest(request_uri), request.client_id, sealed, now + timedelta(seconds=LIFETIME)))
        return request_uri

    async def use(self, request_uri: str, client_id: str, now: datetime) -> AuthorizationRequest | None:
        """Use it up. None when unknown, expired, used before, or another client's; the database decides."""
        mine = uuid4()
        sealed = await self._uses.submit((digest(request_uri), client_id, now, mine))
        if sealed is None:
            return None
        return msgspec.json.decode(self._db.sealer.open(sealed, CONTEXT), type=AuthorizationRequest)

    async def _use_many(self, rows: Sequence[tuple[bytes, str, datetime, UUID]]) -> Sequence[bytes | None]:
        won = await self._db.lanes.fetch(_USE, *columns(sorted(rows)))
        sealed = {row["used_by"]: row["request"] for row in won}
        return [sealed.get(by) for *_, by in rows]

    async def _insert_many(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[None]:
        await self._db.lanes.fetch(
            "insert into pushed_requests (request_uri_hash, client_id, request, expires_at)"
            " select * from unnest($1::bytea[], $2::text[], $3::bytea[], $4::timestamptz[])",
            *columns(rows),
        )
        return [None] * len(rows)
