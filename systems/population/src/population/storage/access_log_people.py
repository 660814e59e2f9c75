"""Whom an entry of the access log asked for, where they are many: found again by each one of them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from population.disclosure.bulk import shows_something
from population.storage.database import Connection, Database

_INDEX = 16
_WIDTH = _INDEX + 1


@dataclass(frozen=True, slots=True)
class People:
    """By first byte of the blind index, sorted: 16 bytes of it and the answer's byte; and the hash of all of them."""

    hash: bytes
    buckets: dict[int, bytes]


def gather(asked: Iterable[tuple[bytes, int]]) -> People:
    """From blind indexes and answers, sorted by index; who is named several times with one answer stands there once."""
    told = dict.fromkeys(index[:_INDEX] + answer.to_bytes(1, "big") for index, answer in asked)
    buckets = {bucket: b"".join(group) for bucket, group in groupby(told, key=lambda one: one[0])}
    return People(hashlib.sha256(b"".join(buckets.values())).digest(), buckets)


async def append(connection: Connection, entry: int, people: People) -> None:
    """Write whom the entry asked for, in its transaction."""
    await connection.execute(
        "insert into access_log_people (bucket, entry, people) select bucket, $1, people"
        " from unnest($2::int[], $3::bytea[]) asked (bucket, people)",
        entry,
        list(people.buckets),
        list(people.buckets.values()),
    )


async def history(
    database: Database, subject_index: bytes, most: int, window: tuple[int, date], shown: str
) -> list[dict[str, Any]]:
    """The newest entries that asked for this person among others; ``window`` and ``shown`` as `access_log.history`."""
    wanted = subject_index[:_INDEX]
    rows = await database.pool.fetch(
        "select e.id, e.at, e.client_id, e.purpose, e.what, e.fields, p.people from access_log_people p"  # noqa: S608
        " join access_log e on e.id = p.entry where p.bucket = $5 and position($6::bytea in p.people) > 0"
        f" and e.id < $3 and {shown} order by p.entry desc limit $2",
        subject_index,
        most,
        *window,
        subject_index[0],
        wanted,
    )
    found = []
    for row in rows:
        told = dict(row)
        people = told.pop("people")
        answers = [people[at + _INDEX] for at in range(0, len(people), _WIDTH) if people[at : at + _INDEX] == wanted]
        if answers:
            found.append(told | {"result_shown": any(map(shows_something, answers))})
    return found
