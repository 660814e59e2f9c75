"""`linkage ingest`: a source and its mapping in, columns for the engines out, and a count in which nothing is missing.

What is written: ``input/accounts.parquet``, ``holdings.parquet``, ``passwords.parquet`` (hashes as they were),
``quarantine.ndjson``, and the manifest ``ingest-accounts.json`` last of all: a run that was killed leaves none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.errors import BadMapping
from linkage.ingest.mapping import ACCOUNT_FIELDS, ORGANISATION_FIELDS, PEOPLE_FIELDS, Mapping
from linkage.ingest.quarantine import Quarantine
from linkage.ingest.rows import batches
from linkage.normalise import columns
from linkage.workplace import Workplace, sha256_of, whole

# A column of which more than this share cannot be read as what the mapping says is not that column.
LYING_SHARE = 0.2
# More rows than this share in quarantine: the file is not what the mapping says.
HOPELESS_SHARE = 0.1
_PASSWORDS = pa.schema(
    [("account_ref", pa.string()), ("kind", pa.string()), ("hash", pa.string()), ("salt", pa.string())]
)

Progress = Callable[[str, int], None]
Duplicates = Callable[[Path], dict[str, list[int]]]


@dataclass(slots=True)
class _Judged:
    """How many values a column had and how many of them could not be read."""

    given: int = 0
    unread: int = 0

    def add(self, given: int, unread: int) -> None:
        self.given, self.unread = self.given + given, self.unread + unread

    @property
    def lies(self) -> bool:
        return self.given >= 20 and self.unread > self.given * LYING_SHARE


def accounts(
    source: Path, mapping: Mapping, work: Workplace, *, duplicates: Duplicates, progress: Progress
) -> dict[str, Any]:
    """Takes in an account base; returns the manifest.

    Raises:
        UnreadableSource, BadMapping: nothing is left behind but the quarantine file.
    """
    reference = columns.Reference(work.reference_key(), mapping.name)
    target, held, kept = (work.input / f"{name}.parquet" for name in ("accounts", "holdings", "passwords"))
    (work.root / "ingest-accounts.json").unlink(missing_ok=True)
    read = taken = things = passwords = 0
    judged = {"birth_date": _Judged(), "personal_id": _Judged()}
    with (
        Quarantine(work.input / "quarantine.ndjson") as quarantine,
        whole(target) as part,
        whole(held) as held_part,
        whole(kept) as kept_part,
        pq.ParquetWriter(part, columns.ACCOUNTS, compression="zstd") as writer,
        pq.ParquetWriter(held_part, columns.HOLDINGS, compression="zstd") as held_writer,
        pq.ParquetWriter(kept_part, _PASSWORDS, compression="zstd") as kept_writer,
    ):
        for _first, raw, hashes in batches(source, mapping, quarantine, ACCOUNT_FIELDS):
            batch = columns.accounts(raw, reference)
            writer.write_batch(batch)
            holding = columns.holdings(raw, batch.column("account_ref"))
            held_writer.write_batch(holding)
            owners = [dict(zip(_PASSWORDS.names, (reference.of(key), *rest), strict=True)) for key, *rest in hashes]
            kept_writer.write_table(pa.Table.from_pylist(owners, schema=_PASSWORDS))
            taken, things, passwords = taken + raw.num_rows, things + holding.num_rows, passwords + len(owners)
            read = int(raw.column("row")[-1].as_py())
            _judge(judged, batch, raw)
            progress("accounts", taken)
            _refuse_lies(judged, mapping)
        _refuse_hopeless(quarantine, taken, mapping)
    twice = duplicates(target)
    if twice:
        taken -= _put_aside(target, twice, work.input / "quarantine.ndjson", quarantine)
    manifest = {
        "source": mapping.name, "sha256": sha256_of(source), "read": taken + quarantine.total, "last_row": read,
        "taken": taken, "quarantined": dict(quarantine.counts), "first_rows": quarantine.first_rows,
        "holdings": things, "passwords": passwords, "accounts_sha256": sha256_of(target),
    }  # fmt: skip
    work.write_manifest("ingest-accounts", manifest)
    return manifest | {"lines": quarantine.lines()}


def _judge(judged: dict[str, _Judged], batch: pa.RecordBatch, raw: pa.RecordBatch) -> None:
    for name, unread in (("birth_date", "birth_date_unread"), ("personal_id", "number_unread")):
        at = raw.schema.get_field_index(name)
        if at >= 0:
            given = raw.num_rows - raw.column(at).null_count
            judged[name].add(given, pc.sum(pc.cast(batch.column(unread), pa.int64())).as_py() or 0)


def _refuse_lies(judged: dict[str, _Judged], mapping: Mapping) -> None:
    # guard: linkage-lying-mapping
    lies = [f"{name} ({one.unread} of {one.given} values)" for name, one in judged.items() if one.lies]
    if lies:
        columns_ = ", ".join(f"{name} = {'+'.join(mapping.columns[name.split(' ')[0]])}" for name in lies)
        raise BadMapping(f"{mapping.name}: the mapping names columns that hold something else: {columns_}")


def _refuse_hopeless(quarantine: Quarantine, taken: int, mapping: Mapping) -> None:
    if quarantine.total >= 20 and quarantine.total > HOPELESS_SHARE * (taken + quarantine.total):
        raise BadMapping(f"{mapping.name}: too many rows cannot be read: " + "; ".join(quarantine.lines()))
    if not taken:
        raise BadMapping(f"{mapping.name}: no row could be read: " + ("; ".join(quarantine.lines()) or "it is empty"))


def _put_aside(target: Path, twice: dict[str, list[int]], path: Path, quarantine: Quarantine) -> int:
    """Which of two rows with one key is the account cannot be known: all of them wait in quarantine."""
    aside = {row for rows in twice.values() for row in rows}
    with Quarantine(path.with_name("quarantine-keys.ndjson")) as more:
        for row in sorted(aside):
            more.add(row, "key_twice")
    quarantine.counts["key_twice"] = more.counts["key_twice"]
    quarantine.first_rows["key_twice"] = more.first_rows["key_twice"]
    path.write_bytes(path.read_bytes() + more.path.read_bytes())
    more.path.unlink()
    rows = pa.array(sorted(aside), pa.int64())
    source = pq.ParquetFile(target)
    with whole(target) as part, pq.ParquetWriter(part, columns.ACCOUNTS, compression="zstd") as writer:
        for batch in source.iter_batches():
            writer.write_batch(batch.filter(pc.invert(pc.is_in(batch.column("seq"), rows))))
    return len(aside)


def people(source: Path, mapping: Mapping, work: Workplace, *, progress: Progress) -> dict[str, Any]:
    """Takes in the register's extract; returns the manifest."""
    form = _Form("people", PEOPLE_FIELDS, columns.PEOPLE, columns.people)
    return _table(source, mapping, work, form, progress)


def organisations(source: Path, mapping: Mapping, work: Workplace, *, progress: Progress) -> dict[str, Any]:
    """Takes in who represents which organisation today; returns the manifest."""
    form = _Form("organisations", ORGANISATION_FIELDS, columns.ORGANISATIONS, columns.organisations)
    return _table(source, mapping, work, form, progress)


@dataclass(frozen=True, slots=True)
class _Form:
    """A table that is taken in row by row: its name, raw fields, columns, and how one becomes the other."""

    name: str
    fields: tuple[str, ...]
    schema: pa.Schema
    normalised: Callable[[pa.RecordBatch], pa.RecordBatch]


def _table(source: Path, mapping: Mapping, work: Workplace, form: _Form, progress: Progress) -> dict[str, Any]:
    name = form.name
    target = work.input / f"{name}.parquet"
    (work.root / f"ingest-{name}.json").unlink(missing_ok=True)
    taken = 0
    with (
        Quarantine(work.input / f"quarantine-{name}.ndjson") as quarantine,
        whole(target) as part,
        pq.ParquetWriter(part, form.schema, compression="zstd") as writer,
    ):
        for _first, raw, _hashes in batches(source, mapping, quarantine, form.fields):
            writer.write_batch(form.normalised(raw))
            taken += raw.num_rows
            progress(name, taken)
        _refuse_hopeless(quarantine, taken, mapping)
    manifest = {"source": mapping.name, "taken": taken, "quarantined": dict(quarantine.counts)}
    manifest["sha256"] = sha256_of(target)
    work.write_manifest(f"ingest-{name}", manifest)
    return manifest | {"lines": quarantine.lines()}
