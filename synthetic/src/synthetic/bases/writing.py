"""A base as four Parquet files: people, accounts, organisations, truth. Batch by batch: memory does not grow."""

from __future__ import annotations

import secrets
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from synthetic.bases.accounts import Columns, accounts, texts
from synthetic.bases.noise import Noise
from synthetic.bases.register import People, birth_dates, people

FILES = ("people", "accounts", "organisations", "truth")
_COUNTED = ("dossier", "document", "role")


def hidden_seed(folder: Path) -> int:
    """The seed of the half that nobody may fit a model to: made once, kept unreadable to others, never printed."""
    path = folder / "hidden-seed"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(str(secrets.randbits(48)))
    return int(path.read_text())


def write(folder: Path, *, people_count: int, account_count: int | None, seed: int, noise: Noise) -> dict[str, int]:
    """Writes ``people.parquet``, ``accounts.parquet``, ``organisations.parquet``, ``truth.parquet`` into ``folder``.

    ``account_count`` keeps the first so many accounts; None keeps all (about a quarter of the people). Returns the
    rows of each file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts = dict.fromkeys(FILES, 0)
    writers: dict[str, pq.ParquetWriter] = {}

    def add(name: str, table: pa.Table) -> None:
        if name not in writers:
            writers[name] = pq.ParquetWriter(folder / f"{name}.parquet", table.schema, compression="zstd")
        writers[name].write_table(table)
        counts[name] += table.num_rows

    try:
        for batch, some in enumerate(people(people_count, seed, noise)):
            add("people", _people_table(some))
            left = None if account_count is None else account_count - counts["accounts"]
            if left is None or left > 0:
                made = accounts(some, seed, batch, noise, counts["accounts"])
                add("accounts", _accounts_table(made.accounts).slice(0, left))
                add("truth", _table(made.truth).slice(0, left))
                add("organisations", _table(made.organisations))
    finally:
        for writer in writers.values():
            writer.close()
    return counts


def _table(columns: Columns) -> pa.Table:
    return pa.table({name: _array(values) for name, values in columns.items()})


def _array(values: object) -> pa.Array:
    if isinstance(values, np.ndarray) and values.dtype == object:
        return pa.array(values, pa.string())
    return pa.array(values)


def _people_table(some: People) -> pa.Table:
    return _table(
        {
            "personal_id": texts(some.number, 12),
            "full_name": some.full_name,
            "birth_date": birth_dates(some.born, some.vague),
            "sex": np.where(some.male, "M", "F").astype(object),
            "legacy_id9": texts(some.id9, 9, some.id9 == 0),
            "commune": some.commune,
            "state": some.state,
            "merged_into": texts(some.merged_into, 12, some.merged_into == 0),
        }
    )


def _accounts_table(columns: Columns) -> pa.Table:
    """The accounts; what they hold (dossiers, documents, roles) as lists of codes that no other account has."""
    kept = {name: values for name, values in columns.items() if not name.endswith("_count")}
    table = _table(kept)
    keys = columns["account_key"]
    assert isinstance(keys, np.ndarray)
    for what in _COUNTED:
        table = table.append_column(f"{what}s", _codes(what[:3].upper(), keys, columns[f"{what}_count"]))
    return table


def _codes(mark: str, keys: object, counts: object) -> pa.Array:
    assert isinstance(keys, np.ndarray)
    assert isinstance(counts, np.ndarray)
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    owners = np.repeat(keys, counts)
    place = np.arange(ends[-1]) - np.repeat(ends[:-1], counts)
    codes = [f"{mark}-{key[1:]}-{at}" for key, at in zip(owners, place, strict=True)]
    return pa.ListArray.from_arrays(pa.array(ends), pa.array(codes, pa.string()))
