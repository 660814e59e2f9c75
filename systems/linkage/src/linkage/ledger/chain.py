"""Segments of decisions (Parquet) and the chain over them (``chain.ndjson``): each entry holds the hash of its segment
and of the entry before it, so nothing can be changed, left out or put in between without the end changing.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.errors import LedgerBroken
from linkage.model.comparisons import COMPARISONS
from linkage.workplace import Workplace, sha256_of, whole

SEGMENT = 500_000
GENESIS = "0" * 64
SCHEMA = pa.schema(
    [
        ("account_ref", pa.string()), ("account_class", pa.string()), ("reason", pa.string()),
        ("person_ref", pa.string()), ("facts", pa.string()), ("weight", pa.float64()),
        *((f"bits_{one.name}", pa.float64()) for one in COMPARISONS),
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """Rows of a run and the hash that the chain ends with."""

    rows: int
    head: str


def person_reference(key: bytes, number: int) -> str:
    """A keyed reference of a person, of this work folder alone: nobody reads a number from it."""
    return hashlib.sha256(b"%bperson\0%012d" % (key, number)).hexdigest()[:32]


def append_run(work: Workplace, about: dict[str, Any]) -> Written:
    """Writes the decisions of ``stages/decided.parquet`` as new segments; a run that is in the ledger stays as it is.

    Raises:
        LedgerBroken: the chain so far does not hold.
    """
    entries = list(verified(work))
    run = hashlib.sha256(_line(about).encode()).hexdigest()
    done = [entry for entry in entries if entry["run"] == run]
    if done and done[-1]["last"]:
        return Written(sum(entry["rows"] for entry in done), entries[-1]["entry"])
    head = entries[-1]["entry"] if entries else GENESIS
    key, rows = work.reference_key(), 0
    source = pq.ParquetFile(work.stages / "decided.parquet")
    total = source.metadata.num_rows
    with (work.ledger / "chain.ndjson").open("a", encoding="ascii") as stream:
        for number, table in enumerate(_segments(source, key)):
            rows += table.num_rows
            if number < len(done):
                continue  # a run that was killed in the middle of its segments
            path = work.ledger / f"{len(entries):06}.parquet"
            with whole(path) as part:
                pq.write_table(table, part, compression="zstd")
            entry = {"segment": path.name, "rows": table.num_rows, "sha256": sha256_of(path), "run": run,
                     "about": about, "last": rows == total, "previous": head}  # fmt: skip
            entry["entry"] = head = hashlib.sha256(_line(entry).encode()).hexdigest()
            stream.write(_line(entry) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
            entries.append(entry)
    return Written(rows, head)


def _line(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def _segments(source: pq.ParquetFile, key: bytes) -> Iterator[pa.Table]:
    names = [name for name in SCHEMA.names if name != "person_ref"]
    waiting: list[pa.RecordBatch] = []
    count = 0
    for batch in source.iter_batches(SEGMENT // 5, columns=[*names, "person"]):
        waiting.append(batch)
        count += batch.num_rows
        while count >= SEGMENT:
            table = pa.Table.from_batches(waiting)
            yield _segment(table.slice(0, SEGMENT), key)
            rest = table.slice(SEGMENT)
            waiting, count = rest.to_batches(), rest.num_rows
    if count:
        yield _segment(pa.Table.from_batches(waiting), key)


def _segment(table: pa.Table, key: bytes) -> pa.Table:
    people = [
        None if number is None else person_reference(key, number) for number in table.column("person").to_pylist()
    ]
    table = table.append_column("person_ref", pa.array(people, pa.string()))
    columns = [pc.cast(table.column(name), SCHEMA.field(name).type) for name in SCHEMA.names]
    return pa.table(columns, schema=SCHEMA).combine_chunks()


def verified(work: Workplace) -> Iterator[dict[str, Any]]:
    """The entries of the chain, each checked against the one before it and its segment.

    Raises:
        LedgerBroken: says which entry.
    """
    path = work.ledger / "chain.ndjson"
    if not path.exists():
        return
    head = GENESIS
    for number, line in enumerate(path.read_text("ascii").splitlines()):
        try:
            entry: dict[str, Any] = json.loads(line)
            claimed = entry.pop("entry")
        except (ValueError, KeyError) as error:
            raise LedgerBroken(f"entry {number} cannot be read") from error
        segment = work.ledger / entry["segment"]
        # guard: linkage-ledger-chain
        if entry["previous"] != head or hashlib.sha256(_line(entry).encode()).hexdigest() != claimed:
            raise LedgerBroken(f"entry {number} does not follow the one before it")
        # guard: linkage-ledger-segments
        if not segment.is_file() or sha256_of(segment) != entry["sha256"]:
            raise LedgerBroken(f"entry {number}: {entry['segment']} is missing or changed")
        head = claimed
        yield entry | {"entry": claimed}
