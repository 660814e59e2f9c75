"""Registered callers and their used assertions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from population.disclosure.grants import Grants
from population.storage.database import Connection, Database


@dataclass(frozen=True, slots=True)
class Client:
    """A system that may ask, as it was registered. ``version`` is another one after every change."""

    client_id: str
    name: dict[str, str]
    agency_code: str
    jwks: dict[str, Any]
    purposes: frozenset[str]
    grants: Grants
    quota_per_day: int
    version: int

    @property
    def agency(self) -> dict[str, str]:
        """How it is named to the people it asks about."""
        return {"code": self.agency_code, **self.name}


_COLUMNS = "client_id, name_vi, name_en, agency_code, jwks, purposes, grants, quota_per_day"


async def get(database: Database, client_id: str) -> Client | None:
    """The client as it is registered now."""
    row = await database.pool.fetchrow(
        f"select {_COLUMNS}, xmin::text::bigint as version from client where client_id = $1",  # noqa: S608
        client_id,
    )
    if row is None:
        return None
    grants = {g["procedure_code"]: frozenset(g["fields"]) for g in msgspec.json.decode(row["grants"])}
    return Client(
        row["client_id"],
        {"vi": row["name_vi"], "en": row["name_en"]},
        row["agency_code"],
        msgspec.json.decode(row["jwks"]),
        frozenset(row["purposes"]),
        grants,
        row["quota_per_day"],
        row["version"],
    )


async def agencies(database: Database) -> dict[str, dict[str, str]]:
    """Code and names of every client, for telling an owner who asked."""
    rows = await database.pool.fetch("select client_id, agency_code, name_vi, name_en from client")
    return {r["client_id"]: {"code": r["agency_code"], "vi": r["name_vi"], "en": r["name_en"]} for r in rows}


async def put(connection: Connection, client: dict[str, Any]) -> None:
    """Register a client or replace its registration."""
    await connection.execute(
        f"insert into client ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)"  # noqa: S608
        " on conflict (client_id) do update set name_vi = $2, name_en = $3, agency_code = $4, jwks = $5,"
        " purposes = $6, grants = $7, quota_per_day = $8, changed_at = now()",
        client["client_id"],
        client["name"]["vi"],
        client["name"]["en"],
        client["agency_code"],
        msgspec.json.encode(client["jwks"]).decode(),
        client["purposes"],
        msgspec.json.encode(client["grants"]).decode(),
        client["quota_per_day"],
    )


async def use_assertion(database: Database, client_id: str, jti: bytes, expires_at: datetime) -> bool:
    """Remember that an assertion was used. False when it was used before, also by another process."""
    done = await database.pool.execute(
        "insert into used_assertion (client_id, jti, expires_at) values ($1, $2, $3) on conflict do nothing",
        client_id,
        jti,
        expires_at,
    )
    return bool(done == "INSERT 0 1")


async def purge_assertions(database: Database) -> int:
    """Forget assertions that have expired anyway."""
    done: str = await database.pool.execute("delete from used_assertion where expires_at < now()")
    return int(done.rsplit(maxsplit=1)[-1])
