"""A portal's own account of what it has (`portal conservation export`, docs/interfaces.md section 4), as two tables.

No names and no numbers come here: accounts and things by the portal's references, digests that only it can make. The
export ends with its counts; one that does not is not whole and is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.errors import PortalRefused, UnreadableSource
from linkage.normalise.columns import Reference
from linkage.workplace import whole

LONGEST_LINE = 16 * 1024 * 1024  # an account with some hundred thousand papers
BATCH = 50_000
STATES = ("open", "matched", "conflict", "frozen", "linked", "claimed", "waiting", "archived", "exempt")
ACCOUNTS = pa.schema(
    [
        ("portal_ref", pa.string()), ("account_ref", pa.string()), ("kind", pa.string()), ("state", pa.string()),
        ("final", pa.bool_()), ("live_link", pa.bool_()), ("links", pa.int64()), ("registered", pa.string()),
    ]
)  # fmt: skip
# ``owner`` is the portal's reference of the account; a role belongs to no old account.
THINGS = pa.schema([("what", pa.string()), ("code", pa.string()), ("owner", pa.string()), ("sha256", pa.string())])


@dataclass(slots=True)
class _Rows:
    """Rows that wait to be written."""

    writer: pq.ParquetWriter
    schema: pa.Schema
    waiting: list[dict[str, Any]] = field(default_factory=list)
    written: int = 0

    def add(self, row: dict[str, Any]) -> None:
        self.waiting.append(row)
        if len(self.waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        self.writer.write_table(pa.Table.from_pylist(self.waiting, schema=self.schema))
        self.written += len(self.waiting)
        self.waiting.clear()


def read(source: Path, reference: Reference, folder: Path) -> dict[str, int]:
    """Writes ``accounts.parquet`` and ``things.parquet`` into ``folder``; returns how many rows each has.

    Raises:
        UnreadableSource: a line that is none of the export's.
        PortalRefused: the export stops before its end, or its end counts other rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    roles, end = 0, None
    with ExitStack() as open_files:
        rows = {
            name: _Rows(_writer(open_files, folder / f"{name}.parquet", schema), schema)
            for name, schema in (("accounts", ACCOUNTS), ("things", THINGS))
        }
        for number, line in enumerate(_lines(source), 1):
            if end is not None:
                raise UnreadableSource(f"{source.name}: line {number} comes after the end")
            try:
                if "account_ref" in line:
                    _take_account(line, reference, rows)
                elif "role_ref" in line:
                    roles += 1
                    rows["things"].add({"what": "role", "code": line["role_ref"], "sha256": line["sha256"]})
                else:
                    end = dict(line["end"])
            except (KeyError, TypeError, ValueError, pa.ArrowException) as error:
                raise UnreadableSource(f"{source.name}: line {number} is no line of the export") from error
        for one in rows.values():
            one.flush()
        accounts, things = rows["accounts"].written, rows["things"].written
        # guard: linkage-export-is-whole
        if end != {"accounts": accounts, "roles": roles}:
            raise PortalRefused(f"{source.name}: stops before its end, or its end counts other rows ({end})")
    return {"accounts": accounts, "things": things}


def _writer(open_files: ExitStack, path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    part = open_files.enter_context(whole(path))
    return open_files.enter_context(pq.ParquetWriter(part, schema, compression="zstd"))


def _take_account(line: dict[str, Any], reference: Reference, rows: dict[str, _Rows]) -> None:
    ref = str(line["account_ref"])
    row = {name: line[name] for name in ("kind", "state", "final", "live_link", "links", "registered")}
    rows["accounts"].add(row | {"portal_ref": ref, "account_ref": reference.of(ref)})
    for what, code, digest in line["things"]:
        rows["things"].add({"what": what, "code": code, "owner": ref, "sha256": digest})


def _lines(source: Path) -> Iterator[dict[str, Any]]:
    try:
        stream = source.open("rb")
    except OSError as error:
        raise UnreadableSource(f"{source.name}: {error.strerror}") from error
    with stream:
        while raw := stream.readline(LONGEST_LINE + 1):
            if len(raw) > LONGEST_LINE:
                raise UnreadableSource(f"{source.name}: a line longer than one of the export can be")
            try:
                line = json.loads(raw)
            except (ValueError, RecursionError) as error:
                raise UnreadableSource(f"{source.name}: a line that is no JSON; perhaps cut off") from error
            if not isinstance(line, dict):
                raise UnreadableSource(f"{source.name}: a line that is no object")
            yield line
