"""Rows of any source, judged one by one, gathered into Arrow batches under the mapping's field names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.errors import UnreadableSource
from linkage.ingest import csv_rows, sql_dump
from linkage.ingest.mapping import LISTS, Mapping
from linkage.ingest.quarantine import Quarantine

BATCH = 100_000
# What a spreadsheet would run. A telephone may begin with +; a number may stand as ="045…": so Excel keeps its zero.
_FORMULA = re.compile(r"\s*[=@+\-\t]")
_EXCEL_TEXT = re.compile(r'="([0-9]+)"')
_GUARDED = ("account_key", "full_name", "tax_code", "commune")

Cells = dict[str, str | None]


def batches(
    path: Path, mapping: Mapping, quarantine: Quarantine, fields: tuple[str, ...]
) -> Iterator[tuple[int, pa.RecordBatch, list[tuple[str, str, str, str]]]]:
    """(first row, raw batch, kept passwords as (account key, kind, hash, salt)) until the source ends.

    Row numbers count what was read, bad rows too, from 1.
    """
    if mapping.format == "parquet":
        yield from _parquet(path, mapping, fields)
        return
    rows: list[Cells] = []
    numbers: list[int] = []
    passwords: list[tuple[str, str, str, str]] = []
    for number, cells in _READERS[mapping.format](path, mapping, quarantine):
        row = mapping.row(cells)
        fault = _fault(row, fields[0])
        if fault:
            quarantine.add(number, fault, json.dumps(cells, ensure_ascii=False).encode())
            continue
        if kept := mapping.password_of(cells):
            row["password_kind"] = kept[0]
            passwords.append((row[fields[0]] or "", *kept))
        rows.append(row)
        numbers.append(number)
        if len(rows) == BATCH:
            yield numbers[0], _batch(rows, fields, numbers), passwords
            rows, numbers, passwords = [], [], []
    if rows:
        yield numbers[0], _batch(rows, fields, numbers), passwords


def _fault(row: Cells, key: str) -> str:
    for name, text in row.items():
        if text and (unwrapped := _EXCEL_TEXT.fullmatch(text)):
            row[name] = unwrapped[1]
    if not row.get(key):
        return "no_key"
    # guard: linkage-formula-cells
    if any(_FORMULA.match(row.get(name) or "") for name in _GUARDED):
        return "formula"
    return ""


def _batch(rows: list[Cells], fields: tuple[str, ...], numbers: list[int]) -> pa.RecordBatch:
    columns: dict[str, Any] = {"row": pa.array(numbers, pa.int64())}
    for name in (*fields, "password_kind"):
        if name in LISTS:
            lists = [_listed(row.get(name)) for row in rows]
            columns[name] = pa.array(lists, pa.list_(pa.string()))
        else:
            columns[name] = pa.array([row.get(name) for row in rows], pa.string())
    return pa.record_batch(columns)


def _listed(text: str | None) -> list[str]:
    if not text:
        return []
    if text.startswith("["):
        try:
            return [one if isinstance(one, str) else json.dumps(one, sort_keys=True) for one in json.loads(text)]
        except ValueError:
            return [text]
    return [part.strip() for part in text.split(";") if part.strip()]


def _parquet(
    path: Path, mapping: Mapping, fields: tuple[str, ...]
) -> Iterator[tuple[int, pa.RecordBatch, list[tuple[str, str, str, str]]]]:
    try:
        source = pq.ParquetFile(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise UnreadableSource(f"{path.name}: is no Parquet file") from error
    mapping.check_against(tuple(source.schema_arrow.names))
    row = 1
    straight = all(len(columns) == 1 for columns in mapping.columns.values()) and not (
        mapping.values or mapping.dates or mapping.defaults or mapping.password
    )
    for batch in source.iter_batches(BATCH, columns=list(mapping.wanted())):
        if straight:
            columns = {
                name: batch.column(batch.schema.get_field_index(one[0])) for name, one in mapping.columns.items()
            }
            columns["row"] = pa.array(range(row, row + batch.num_rows), pa.int64())
            yield row, pa.record_batch(columns), []
        else:
            rows, passwords = [], []
            for cells in batch.to_pylist():
                one = mapping.row({name: None if text is None else _as_text(text) for name, text in cells.items()})
                if kept := mapping.password_of(cells):
                    one["password_kind"] = kept[0]
                    passwords.append((one[fields[0]] or "", *kept))
                rows.append(one)
            yield row, _batch(rows, fields, list(range(row, row + len(rows)))), passwords
        row += batch.num_rows


def _as_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def _ndjson(path: Path, mapping: Mapping, quarantine: Quarantine) -> Iterator[tuple[int, Cells]]:
    try:
        stream = path.open("rb")
    except OSError as error:
        raise UnreadableSource(f"{path.name}: {error.strerror}") from error
    with stream:
        row = 0
        while raw := stream.readline(csv_rows.LONGEST_RECORD + 1):
            row += 1
            offset = stream.tell() - len(raw)
            if len(raw) > csv_rows.LONGEST_RECORD:
                while raw and not raw.endswith(b"\n"):
                    raw = stream.readline(csv_rows.LONGEST_RECORD)
                quarantine.add(row, "line_too_long", offset=offset, length=stream.tell() - offset)
                continue
            if b"\0" in raw or b"\\u0000" in raw:
                quarantine.add(row, "nul", raw, offset=offset)
                continue
            try:
                content = json.loads(raw.decode("utf-8"))
            except UnicodeDecodeError:
                quarantine.add(row, "wrong_encoding", raw, offset=offset)
                continue
            except ValueError:
                content = None
            if not isinstance(content, dict):
                quarantine.add(row, "not_a_row", raw, offset=offset)
                continue
            yield row, {name: None if value is None else _as_text(value) for name, value in content.items()}


_READERS = {"csv": csv_rows.rows, "sql": sql_dump.rows, "ndjson": _ndjson}
