"""GET /healthz: which system, which run, and whether its database answers."""

from __future__ import annotations

from eid.authenticators.password import BUILD
from eid.endpoints.http import Answer, Handler, Scope, json
from eid.storage.database import AWAY, Database


def health(database: Database, run_id: str) -> Handler:
    """200 while the database answers, otherwise 503."""

    async def handle(scope: Scope, body: bytes) -> Answer:
        try:
            await database.pool.fetchval("select 1", timeout=2)
        except AWAY:
            return json({"system": "eid", "run_id": run_id, "ok": False}, 503)
        return json({"system": "eid", "run_id": run_id, "ok": True, "argon2": BUILD})

    return handle
