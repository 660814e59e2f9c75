"""CSV as strangers write it, read a record at a time: no line, quote or byte of it decides how much memory is taken."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from linkage.errors import UnreadableSource
from linkage.ingest.mapping import Mapping
from linkage.ingest.quarantine import Quarantine

LONGEST_RECORD = 1024 * 1024
MOST_LINES = 50
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True)
class Record:
    """The bytes of one record, where they stand, and what is wrong with them as bytes."""

    raw: bytes
    offset: int
    length: int
    fault: str = ""


def rows(path: Path, mapping: Mapping, quarantine: Quarantine) -> Iterator[tuple[int, dict[str, str | None]]]:
    """(row number, cells by the heading's names) for each row that can be read; the others go into quarantine.

    Raises:
        UnreadableSource: no file, no heading, or the file is UTF-16 and the mapping says otherwise.
        BadMapping: the heading lacks a column that the mapping names.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise UnreadableSource(f"{path.name}: {error.strerror}") from error
    with stream:
        found = records(stream)
        heading = _heading(next(found, None), path, mapping)
        mapping.check_against(tuple(heading))
        for row, record in enumerate(found, 1):
            fault = record.fault
            cells: list[str] = []
            if not fault:
                fault, cells = _cells(record.raw, mapping, len(heading))
            if fault:
                quarantine.add(row, fault, record.raw, offset=record.offset, length=record.length)
            else:
                yield row, dict(zip(heading, cells, strict=True))


def _heading(record: Record | None, path: Path, mapping: Mapping) -> list[str]:
    if record is None or record.fault:
        raise UnreadableSource(f"{path.name}: no heading can be read")
    wide = _BOMS.get(record.raw[:2])
    if wide:
        raise UnreadableSource(f"{path.name}: is {wide}; convert it to UTF-8 first (iconv -f {wide} -t utf-8)")
    try:
        text = record.raw.decode(mapping.encoding).lstrip("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        raise UnreadableSource(f"{path.name}: the heading is no {mapping.encoding}") from error
    return [name.strip() for name in next(csv.reader([text], delimiter=mapping.delimiter))]


def _cells(raw: bytes, mapping: Mapping, width: int) -> tuple[str, list[str]]:
    if b"\0" in raw:
        return "nul", []
    try:
        text = raw.decode(mapping.encoding)
    except UnicodeDecodeError:
        return "wrong_encoding", []
    try:
        read = next(csv.reader([text.rstrip("\r\n")], delimiter=mapping.delimiter, strict=True), [])
    except csv.Error:
        # A cell with a line break: the reader wants its lines one by one.
        try:
            read = next(csv.reader(text.splitlines(keepends=True), delimiter=mapping.delimiter, strict=True), [])
        except csv.Error:
            return "not_a_row", []
    return ("", read) if len(read) == width else ("cells", [])


def records(stream: BinaryIO) -> Iterator[Record]:
    """Records of a CSV file: lines, joined while a quote is open; at most `LONGEST_RECORD` bytes are ever held.

    A quote that does not close within `MOST_LINES` lines makes its own line faulty, and no other.
    """
    waiting: deque[Record] = deque()
    while True:
        first = waiting.popleft() if waiting else _line(stream)
        if first is None:
            return
        if first.fault or first.raw.count(b'"') % 2 == 0:
            if first.fault or first.raw.strip():
                yield first
            continue
        taken, size, quotes = [first], first.length, first.raw.count(b'"')
        while quotes % 2 and len(taken) < MOST_LINES and size < LONGEST_RECORD:
            line = waiting.popleft() if waiting else _line(stream)
            if line is None:
                break
            taken.append(line)
            size, quotes = size + line.length, quotes + line.raw.count(b'"')
            if line.fault:
                break
        if quotes % 2 == 0 and not any(line.fault for line in taken) and size <= LONGEST_RECORD:
            yield Record(b"".join(line.raw for line in taken), first.offset, size)
        else:
            yield Record(first.raw, first.offset, first.length, "quote_not_closed")
            waiting.extendleft(reversed(taken[1:]))


def _line(stream: BinaryIO) -> Record | None:
    offset = stream.tell()
    raw = stream.readline(LONGEST_RECORD + 1)
    if not raw:
        return None
    if len(raw) <= LONGEST_RECORD:
        return Record(raw, offset, len(raw))
    while not raw.endswith(b"\n"):
        raw = stream.readline(LONGEST_RECORD)
        if not raw:
            break
    # guard: linkage-line-length
    return Record(b"", offset, stream.tell() - offset, "line_too_long")
