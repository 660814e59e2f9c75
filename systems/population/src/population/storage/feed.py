"""The change feed: written in the transaction of the change, read in its order, kept for telling again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from population.people.changes import Change
from population.storage.database import Connection, Database

KEPT = timedelta(days=90)
#: At most so many events are told again at once.
MOST_AGAIN = 100_000
_CONTEXT = "feed.content"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who is told. ``about`` everybody, or only people it ``asked`` for in the name of what it still handles."""

    client_id: str
    push_to: str
    kinds: frozenset[str]
    about: str


@dataclass(frozen=True, slots=True)
class Position:
    """How far a subscriber is: taken up to ``delivered``, ``newest`` is the last; ``oldest`` can still be told."""

    delivered: int
    newest: int
    oldest: int


@dataclass(frozen=True, slots=True)
class Event:
    """The next event for a subscriber."""

    subscriber: str
    position: int
    jti: UUID
    content: dict[str, object]
    attempts: int


async def subscribe(connection: Connection, one: Subscriber) -> None:
    """Keep a subscription; a changed one goes on where it was."""
    await connection.execute(
        "insert into subscriber (client_id, push_to, kinds, about) values ($1, $2, $3, $4)"
        " on conflict (client_id) do update set push_to = $2, kinds = $3, about = $4",
        one.client_id,
        one.push_to,
        sorted(one.kinds),
        one.about,
    )
    await connection.execute("insert into feed_cursor (client_id) values ($1) on conflict do nothing", one.client_id)


async def unsubscribe(connection: Connection, client_id: str) -> None:
    """Nothing more is told, and what waits is forgotten."""
    await connection.execute("delete from subscriber where client_id = $1", client_id)


async def subscribers(connection: Connection) -> list[Subscriber]:
    """All of them, locked until the transaction ends: what they are told is numbered in the order of commits."""
    rows = await connection.fetch(
        "select client_id, push_to, kinds, about from subscriber order by client_id for update"
    )
    return [Subscriber(r["client_id"], r["push_to"], frozenset(r["kinds"]), r["about"]) for r in rows]


async def write(database: Database, connection: Connection, changes: Sequence[Change]) -> None:
    """Write changes for everybody who has to hear of them, in the transaction that makes them."""
    if not changes or not (told := await subscribers(connection)):
        return
    at = datetime.now(UTC).isoformat(timespec="seconds")
    known = await _references(database, connection, [one for one in told if one.about == "asked"], changes)
    for one in told:
        contents = []
        for change in changes:
            if change.kind not in one.kinds:
                continue
            kind = f"urn:motcua:register:{change.kind}"
            if one.about == "everybody":
                contents.append({"kind": kind, "personal_id": change.personal_id, "at": at, **change.said})
            # guard: npd-feed-tells-who-asked
            elif references := known.get((one.client_id, change.personal_id)):
                contents.append({"kind": kind, "references": references, "at": at})
        if contents:
            await _append(database, connection, one.client_id, contents)


async def _append(
    database: Database, connection: Connection, client_id: str, contents: Sequence[dict[str, Any]]
) -> None:
    newest = await connection.fetchval(
        "update subscriber set newest = newest + $2 where client_id = $1 returning newest", client_id, len(contents)
    )
    sealed = [database.sealer.seal(msgspec.json.encode(one).decode(), _CONTEXT) for one in contents]
    await connection.execute(
        "insert into feed (client_id, position, jti, content)"
        " select $1, $2::bigint + n, jti, content"
        " from unnest($3::uuid[], $4::bytea[]) with ordinality given (jti, content, n)",
        client_id,
        newest - len(contents),
        [uuid4() for _ in contents],
        sealed,
    )


async def _references(
    database: Database, connection: Connection, asking: Sequence[Subscriber], changes: Sequence[Change]
) -> Mapping[tuple[str, str], list[str]]:
    """By subscriber and number: what it still handles, in whose name it asked for this person and learned something."""
    numbers = {database.number_index(change.personal_id): change.personal_id for change in changes}
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    if not asking:
        return found
    rows = await connection.fetch(
        "select distinct e.client_id, e.subject_index, e.reference from access_log e"
        " join reference r on r.client_id = e.client_id"
        "  and r.kind = split_part(e.reference, ':', 1) and r.ref = substr(e.reference, strpos(e.reference, ':') + 1)"
        " where e.subject_index = any($1) and e.client_id = any($2) and e.result_shown and r.closed_at is null"
        " order by e.client_id, e.reference",
        list(numbers),
        [one.client_id for one in asking],
    )
    for row in rows:
        found[row["client_id"], numbers[row["subject_index"]]].append(row["reference"])
    return found


async def due(connection: Connection) -> str | None:
    """A subscriber to whom something is due, his cursor locked for this transaction; None when there is none."""
    told: str | None = await connection.fetchval(
        "select c.client_id from feed_cursor c join subscriber s using (client_id)"
        " where c.delivered < s.newest and c.next_at <= now() order by c.next_at limit 1 for update of c skip locked"
    )
    return told


async def following(database: Database, connection: Connection, client_id: str, most: int) -> list[Event]:
    """The next events of a subscriber whose cursor is locked, in their order."""
    rows = await connection.fetch(
        "select f.position, f.jti, f.content, c.attempts from feed f join feed_cursor c using (client_id)"
        " where f.client_id = $1 and f.position > c.delivered order by f.position limit $2",
        client_id,
        most,
    )
    return [
        Event(
            client_id,
            row["position"],
            row["jti"],
            msgspec.json.decode(database.sealer.open(row["content"], _CONTEXT)),
            row["attempts"],
        )
        for row in rows
    ]


async def taken(connection: Connection, client_id: str, position: int) -> None:
    """Everything up to this position has arrived."""
    await connection.execute(
        "update feed_cursor set delivered = $2, attempts = 0, next_at = now() where client_id = $1",
        client_id,
        position,
    )


async def failed(connection: Connection, client_id: str, retry_in_seconds: float) -> None:
    """The next one has not arrived: it stays the next one."""
    await connection.execute(
        "update feed_cursor set attempts = attempts + 1, next_at = now() + make_interval(secs => $2)"
        " where client_id = $1",
        client_id,
        retry_in_seconds,
    )


async def set_aside(connection: Connection, event: Event) -> None:
    """Refused too often: kept for people to look at, and the ones after it go on."""
    await connection.execute(
        "update feed set set_aside = true where client_id = $1 and position = $2", event.subscriber, event.position
    )
    await taken(connection, event.subscriber, event.position)


_WHERE = (
    "select c.delivered, s.newest, coalesce((select min(position) from feed f where f.client_id = $1), s.newest + 1)"
    " as oldest from subscriber s join feed_cursor c using (client_id) where s.client_id = $1"
)


async def where(database: Database, client_id: str) -> Position | None:
    """How far a subscriber is; None for a client that is none."""
    row = await database.pool.fetchrow(_WHERE, client_id)
    return None if row is None else Position(row["delivered"], row["newest"], row["oldest"])


async def again(database: Database, client_id: str, after: int) -> bool:
    """Tell everything behind ``after`` once more, with the same ``jti``. False where that is not kept any more."""
    async with database.transaction() as connection:
        await connection.fetchval("select true from feed_cursor where client_id = $1 for update", client_id)
        row = await connection.fetchrow(_WHERE, client_id)
        # guard: npd-replay-is-bounded
        if row is None or not max(row["oldest"] - 1, row["delivered"] - MOST_AGAIN) <= after <= row["delivered"]:
            return False
        await taken(connection, client_id, after)
    return True


async def purge(database: Database) -> int:
    """Forget what was told 90 days ago; never what still waits."""
    done: str = await database.pool.execute(
        "delete from feed f using feed_cursor c where c.client_id = f.client_id and f.position <= c.delivered"
        " and f.written_at < now() - $1::interval",
        KEPT,
    )
    return int(done.rsplit(maxsplit=1)[-1])
