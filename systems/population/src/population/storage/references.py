"""The accounts and dossiers that a client has open."""

from population.disclosure.purposes import Reference
from population.storage.database import Database


async def open_(database: Database, client_id: str, reference: Reference) -> None:
    """Open, or open again."""
    await database.pool.execute(
        "insert into reference (client_id, kind, ref) values ($1, $2, $3) on conflict (client_id, kind, ref)"
        " do update set opened_at = now(), closed_at = null where reference.closed_at is not null",
        client_id,
        reference.kind,
        reference.ref,
    )


async def close(database: Database, client_id: str, reference: Reference) -> bool:
    """Close. False when this client has none such open."""
    done = await database.pool.execute(
        "update reference set closed_at = now() where client_id = $1 and kind = $2 and ref = $3 and closed_at is null",
        client_id,
        reference.kind,
        reference.ref,
    )
    return bool(done == "UPDATE 1")


async def purge(database: Database) -> int:
    """Forget references that were closed 30 days ago; what was asked in their name stays in the access log."""
    done: str = await database.pool.execute("delete from reference where closed_at < now() - interval '30 days'")
    return int(done.rsplit(maxsplit=1)[-1])
