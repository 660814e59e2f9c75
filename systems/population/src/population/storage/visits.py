"""Sign-ins under way, visits, and officers. A cookie's value is kept as its hash, a person sealed."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from population.storage.database import Connection, Database

STATE_LIFE = timedelta(minutes=10)
VISIT_LIFE = timedelta(minutes=30)


class Pending(msgspec.Struct, frozen=True):
    """What waits for the e-ID's answer."""

    nonce: str
    verifier: str
    then: str


class Guest(msgspec.Struct, frozen=True):
    """Who is signed in."""

    personal_id: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that is not over. ``duties`` of an officer; none for everybody else."""

    id: str
    guest: Guest
    number_index: bytes
    duties: frozenset[str]


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


async def keep_state(database: Database, state: str, browser: str, pending: Pending) -> None:
    """Remember a sign-in that begins."""
    await database.pool.execute(
        "insert into sign_in_state (state_hash, browser, content, expires_at) values ($1, $2, $3, now() + $4)",
        _hash(state),
        _hash(browser),
        database.sealer.seal(msgspec.json.encode(pending).decode(), "sign_in_state.content"),
        STATE_LIFE,
    )


async def take_state(database: Database, state: str, browser: str) -> Pending | None:
    """The sign-in of this state and browser, once."""
    # guard: npd-state-is-single-use
    content = await database.pool.fetchval(
        "delete from sign_in_state where state_hash = $1 and browser = $2 and expires_at > now() returning content",
        _hash(state),
        _hash(browser),
    )
    if content is None:
        return None
    return msgspec.json.decode(database.sealer.open(content, "sign_in_state.content"), type=Pending)


async def begin(database: Database, guest: Guest) -> str:
    """A new visit; returns the cookie's value."""
    visit = secrets.token_urlsafe(32)
    await database.pool.execute(
        "insert into visit (id_hash, number_index, content, expires_at) values ($1, $2, $3, now() + $4)",
        _hash(visit),
        database.number_index(guest.personal_id),
        database.sealer.seal(msgspec.json.encode(guest).decode(), "visit.content"),
        VISIT_LIFE,
    )
    return visit


async def get(database: Database, visit: str) -> Visit | None:
    """The visit behind a cookie; None for one that is over. Whoever is dead, or whose number ended, has none."""
    row = await database.pool.fetchrow(
        "select v.number_index, v.content, coalesce(o.duties, '{}') as duties from visit v"
        " join person p on p.number_index = v.number_index and p.state = 'live'"
        " left join officer o on o.number_index = v.number_index and o.active"
        " where v.id_hash = $1 and v.expires_at > now()",
        _hash(visit),
    )
    if row is None:
        return None
    guest = msgspec.json.decode(database.sealer.open(row["content"], "visit.content"), type=Guest)
    return Visit(visit, guest, row["number_index"], frozenset(row["duties"]))


async def end(database: Database, visit: str) -> None:
    """Sign out."""
    await database.pool.execute("delete from visit where id_hash = $1", _hash(visit))


async def put_officer(
    database: Database, connection: Connection, guest: Guest, duties: list[str], *, active: bool
) -> None:
    """Name an officer, change his duties, or take them."""
    await connection.execute(
        "insert into officer (number_index, name, duties, active) values ($1, $2, $3, $4)"
        " on conflict (number_index) do update set name = $2, duties = $3, active = $4",
        database.number_index(guest.personal_id),
        database.sealer.seal(guest.full_name, "officer.name"),
        duties,
        active,
    )


async def officer_names(database: Database) -> dict[bytes, str]:
    """Names of all officers, also former ones, by the index of their number."""
    rows = await database.pool.fetch("select number_index, name from officer")
    return {row["number_index"]: database.sealer.open(row["name"], "officer.name") for row in rows}


async def purge(database: Database) -> int:
    """Forget what is over."""
    await database.pool.execute("delete from sign_in_state where expires_at < now()")
    done: str = await database.pool.execute("delete from visit where expires_at < now()")
    return int(done.rsplit(maxsplit=1)[-1])
