"""What one would write first: verify by key with Starlette and psycopg, a transaction for each call.

The same question, answer, token, limits and log as the register; no batches, no chain of the log, nothing sealed, names
compared as text. It is told less work, so what it costs is a lower bound for the plain way. Run by uvicorn.
"""

import json
import os
import unicodedata
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

KEY = ECKey.import_key(json.loads(os.environ["PEER_JWK"]))
POOL = AsyncConnectionPool(os.environ["PEER_DATABASE_URL"], min_size=8, max_size=8, open=False)


def _name(text):
    return " ".join(unicodedata.normalize("NFC", text).upper().split())


async def verify(request):
    claims = jwt.decode(request.headers["authorization"].removeprefix("Bearer "), KEY, algorithms=["ES256"]).claims
    jwt.JWTClaimsRegistry(exp={"essential": True}).validate(claims)
    body = await request.json()
    client_id, subject, purpose = claims["client_id"], body["subject"], body["purpose"]
    kind, _, ref = purpose["reference"].partition(":")
    request_id = uuid4()
    async with POOL.connection() as connection:
        found = await connection.execute(
            "select 1 from reference where client_id = %s and kind = %s and ref = %s for share", (client_id, kind, ref)
        )
        if await found.fetchone() is None:
            return JSONResponse({"error": "unknown_reference"}, 403)
        await connection.execute(
            "insert into quota values (current_date, %s, 1) on conflict (day, client_id) do update"
            " set used = quota.used + 1",
            (client_id,),
        )
        found = await connection.execute(
            "select full_name, birth_date, record from person where personal_id = %s", (subject["personal_id"],)
        )
        row = await found.fetchone()
        named = row is not None and _name(row[0]) == _name(subject["full_name"])
        born = row is not None and row[1] == subject["birth_date"]
        overall = "NOT_FOUND" if row is None else "MATCH" if named and born else "NO_MATCH"
        await connection.execute(
            "insert into access_log (request_id, client_id, purpose, reference, what, fields, outcome, personal_id)"
            " values (%s, %s, %s, %s, 'verify', '{full_name,birth_date}', %s, %s)",
            (request_id, client_id, purpose["code"], purpose["reference"], overall, subject["personal_id"]),
        )
    fields = [{"name": "full_name", "result": named}, {"name": "birth_date", "result": born}]
    answered_at = datetime.now(UTC).isoformat(timespec="seconds")
    return JSONResponse(
        {"request_id": str(request_id), "overall": overall, "fields": fields, "answered_at": answered_at}
    )


@asynccontextmanager
async def lifespan(_app):
    await POOL.open()
    yield
    await POOL.close()


async def healthz(_request):
    return JSONResponse({"ok": True})


app = Starlette(
    routes=[Route("/npd/v1/verify", verify, methods=["POST"]), Route("/healthz", healthz)], lifespan=lifespan
)
