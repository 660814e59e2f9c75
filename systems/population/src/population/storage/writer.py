"""The one way into the access log: what waits together is admitted, counted and written in one durable batch.

Calls of one process queue here; one transaction is in flight, and what comes meanwhile makes up the next. It holds the
chain's row from its first statement to its commit, so whatever it reads of quotas, references and registrations stays
true until it is written, over all processes. Nobody is answered before the commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from population.disclosure.admission import ADMITTED, STALE, Ask, Key, Ruling, decide
from population.disclosure.purposes import Reference
from population.disclosure.quota import today
from population.storage import access_log, outbox
from population.storage.access_log import Counts, Entry
from population.storage.database import Connection, Database, Lane
from wire.batching import Batcher


@dataclass(frozen=True, slots=True)
class Act:
    """A call to be written. Without ``ask`` it was refused already and is only logged; ``entries`` say the outcome
    that holds if it is admitted; ``event`` is pushed then (receiver, content)."""

    ask: Ask | None
    entries: tuple[Entry, ...]
    event: tuple[str, dict[str, object]] | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    """What the chain's holder reads."""

    last: tuple[int, datetime]
    registrations: dict[str, int]
    open_references: frozenset[tuple[str, Reference]]
    used: dict[Key, int]


# Two statements in one message: the lock must be held before the next statement looks.
HOLD = "begin; select from access_chain for update"
_READ = (
    "select chain.last_id, chain.at,"
    " array(select client.xmin::text::bigint from client right join unnest($1::text[]) with ordinality a (client_id, n)"
    "   using (client_id) order by n) as registrations,"
    " array(select n from reference join unnest($2::text[], $3::text[], $4::text[]) with ordinality"
    "   a (client_id, kind, ref, n) using (client_id, kind, ref) where closed_at is null) as open,"
    " array(select coalesce(used, 0) from unnest($6::text[], $7::bytea[]) with ordinality a (scope, key, n)"
    "   left join quota on quota.day = $5 and quota.scope = a.scope and quota.key = a.key order by n) as used"
    " from access_chain chain"
)


class Writer:
    """One for each process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lane = Lane(database.url)
        self._batcher: Batcher[Act] = Batcher(self._flush)

    async def write(self, act: Act) -> Ruling:
        """Admit and log; returns once both are durable. A stale call was neither counted nor logged."""
        ruling: Ruling = await self._batcher.submit(act)
        return ruling

    async def close(self) -> None:
        await self._lane.close()

    async def _flush(self, acts: Sequence[Act]) -> Sequence[Ruling]:
        async with self._lane.use() as connection:
            await connection.execute(HOLD)
            rulings = await write_held(self._database, connection, acts)
            await connection.execute("commit")
            return rulings


async def write_held(database: Database, connection: Connection, acts: Sequence[Act]) -> Sequence[Ruling]:
    """Admit, count and log in a transaction that holds the chain."""
    asks = [act.ask for act in acts if act.ask is not None]
    day = today()[0].date()
    held = await _read(connection, asks, day)
    found, moved = decide(asks, held.registrations, held.open_references, held.used)
    ruled = iter(found)
    rulings = [ADMITTED if act.ask is None else next(ruled) for act in acts]
    entries: list[Entry] = []
    for act, ruling in zip(acts, rulings, strict=True):
        if ruling is ADMITTED:
            entries += act.entries
            if act.event is not None:
                await outbox.add(database, connection, *act.event)
        elif ruling is not STALE:
            word = "quota_exceeded" if ruling.word == "quota" else ruling.word
            entries += [entry.refused(word) for entry in act.entries]
    if entries:
        # guard: npd-access-is-logged-with-the-answer
        await access_log.append(connection, held.last, entries, Counts(day, moved))
    return rulings


async def _read(connection: Connection, asks: Sequence[Ask], day: date) -> _Held:
    clients = sorted({ask.client_id for ask in asks})
    references = list({(ask.client_id, ask.reference) for ask in asks})
    keys = sorted({(limit.scope, limit.key) for ask in asks for limit in ask.limits})
    row = await connection.fetchrow(
        _READ,
        clients,
        [client_id for client_id, _ in references],
        [reference.kind for _, reference in references],
        [reference.ref for _, reference in references],
        day,
        [scope for scope, _ in keys],
        [key for _, key in keys],
    )
    return _Held(
        (row["last_id"], row["at"]),
        {client_id: version for client_id, version in zip(clients, row["registrations"], strict=True) if version},
        frozenset(references[position - 1] for position in row["open"]),
        dict(zip(keys, row["used"], strict=True)),
    )
