"""The chain of the access log: its newest link, and whether every link still fits."""

from dataclasses import dataclass

from population.storage.database import Database


@dataclass(frozen=True, slots=True)
class Head:
    """The newest batch: the last entry of it and the hash that everything before it made."""

    last_id: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Break:
    """A batch that was changed, or follows a removed one: entries ``first_id`` to ``last_id``."""

    first_id: int
    last_id: int


async def head(database: Database) -> Head:
    """Where the chain ends now."""
    row = await database.pool.fetchrow("select last_id, hash from access_chain")
    return Head(row["last_id"], bytes(row["hash"]))


async def has(database: Database, anchored: Head) -> bool:
    """Whether the chain still holds the link that somebody was handed earlier (also when it is the oldest one's
    predecessor, whose entries were kept for five years and are gone)."""
    return bool(
        await database.pool.fetchval(
            "select true from access_batch where (last_id = $1 and hash = $2) or (first_id = $1 + 1 and prev_hash = $2)"
            " union all select true from access_chain where last_id = $1 and hash = $2 limit 1",
            anchored.last_id,
            anchored.hash,
        )
    )


_LINKS = (
    "select b.first_id, b.last_id, b.prev_hash, b.hash,"
    " access_batch_hash(b.prev_hash, (select string_agg(access_entry_text(e), e'\\n' order by e.id)"
    " from access_log e where e.id between b.first_id and b.last_id)) as found,"
    " not exists (select from access_log e where e.id between b.first_id and b.last_id and e.people_hash is not null"
    "  and e.people_hash is distinct from (select sha256(string_agg(p.people, ''::bytea order by p.bucket))"
    "   from access_log_people p where p.entry = e.id)) as people_fit"
    " from access_batch b order by b.first_id"
)


async def first_break(database: Database) -> Break | None:
    """The first batch that does not fit; None while the chain holds. Streams: memory does not grow with the log."""
    async with database.transaction() as connection:
        end = await connection.fetchrow("select last_id, hash from access_chain for share")
        before_id: int | None = None
        before_hash: bytes | None = None
        async for row in connection.cursor(_LINKS, prefetch=500):
            follows = before_id is None or (row["first_id"] == before_id + 1 and row["prev_hash"] == before_hash)
            if not follows or row["found"] != row["hash"] or not row["people_fit"]:
                return Break(row["first_id"], row["last_id"])
            before_id, before_hash = row["last_id"], row["hash"]
        if before_id is None:
            return Break(1, end["last_id"]) if end["last_id"] else None
        if (before_id, before_hash) != (end["last_id"], end["hash"]):
            return Break(before_id + 1, end["last_id"])
        stray = await connection.fetchval("select max(id) from access_log")
        return Break(stray, stray) if stray is not None and stray > before_id else None
