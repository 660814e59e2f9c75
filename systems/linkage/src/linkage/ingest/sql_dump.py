"""One table of a SQL dump: `INSERT INTO t (…) VALUES (…), (…);` as MySQL and others write it, `COPY t (…) FROM stdin;`
as PostgreSQL does. The dump is read as text, line by line; nothing of it is ever executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from linkage.errors import UnreadableSource
from linkage.ingest.mapping import Mapping
from linkage.ingest.quarantine import Quarantine

LONGEST_STATEMENT_LINE = 64 * 1024 * 1024
_INSERT = re.compile(r"\s*INSERT\s+(?:IGNORE\s+)?INTO\s+([`\"\[\]\w.]+)\s*(?:\(([^)]*)\))?\s*VALUES\s*", re.IGNORECASE)
_COPY = re.compile(r"\s*COPY\s+([\"\w.]+)\s*\(([^)]*)\)\s+FROM\s+stdin", re.IGNORECASE)
_CREATE = re.compile(r"\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([`\"\[\]\w.]+)\s*\(", re.IGNORECASE)
_COLUMN = re.compile(r"\s*[`\"\[]?(\w+)[`\"\]]?\s+\w")
_NO_COLUMN = re.compile(r"\s*(?:PRIMARY|UNIQUE|KEY|INDEX|CONSTRAINT|FOREIGN|CHECK|FULLTEXT)\b", re.IGNORECASE)
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>[NEn]?'(?:[^'\\]|\\.|'')*')|(?P<plain>[^,();'\s]+)|(?P<mark>[(),;]))""", re.DOTALL
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}
_COPY_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "\\": "\\"}


def _plain(name: str) -> str:
    return name.rsplit(".", maxsplit=1)[-1].strip().strip('`"[]').lower()


def rows(path: Path, mapping: Mapping, quarantine: Quarantine) -> Iterator[tuple[int, dict[str, str | None]]]:
    """(row number, cells) of the mapping's table; what cannot be read goes into quarantine.

    Raises:
        UnreadableSource: no file, or the dump has no rows of that table.
        BadMapping: the table lacks a column that the mapping names.
    """
    row, checked = 0, False
    created: tuple[str, ...] = ()
    wanted = mapping.table.lower()
    for statement in _statements(path, mapping, quarantine, wanted):
        if statement.created:
            created = statement.created
            continue
        columns = statement.columns or created
        if not columns:
            raise UnreadableSource(f"{path.name}: the columns of {mapping.table} are nowhere named")
        if not checked:
            mapping.check_against(columns)
            checked = True
        for raw, values in statement.rows:
            row += 1
            if values is None or any("\0" in value for value in values if value):
                quarantine.add(row, "not_a_row" if values is None else "nul", raw.encode("utf-8", "surrogateescape"))
            elif any("\udc80" <= char <= "\udcff" for value in values if value for char in value):
                quarantine.add(row, "wrong_encoding", raw.encode("utf-8", "surrogateescape"))
            elif len(values) != len(columns):
                quarantine.add(row, "cells", raw.encode("utf-8", "surrogateescape"))
            else:
                yield row, dict(zip(columns, values, strict=True))
    if not checked:
        raise UnreadableSource(f"{path.name}: holds no rows of the table {mapping.table}")


class _Statement:
    """Rows of one INSERT or COPY, or the columns of a CREATE TABLE."""

    def __init__(
        self,
        columns: tuple[str, ...] = (),
        rows: Iterator[tuple[str, list[str | None] | None]] | None = None,
        created: tuple[str, ...] = (),
    ) -> None:
        self.columns, self.rows, self.created = columns, rows or iter(()), created


def _statements(path: Path, mapping: Mapping, quarantine: Quarantine, wanted: str) -> Iterator[_Statement]:
    try:
        stream = path.open(encoding=mapping.encoding, errors="surrogateescape", newline="")
    except (OSError, LookupError) as error:
        raise UnreadableSource(f"{path.name}: {error}") from error
    with stream:
        lines = _lines(stream, quarantine)
        for line in lines:
            if (copy := _COPY.match(line)) and _plain(copy[1]) == wanted:
                yield _Statement(tuple(_plain(name) for name in copy[2].split(",")), _copied(lines))
            elif (insert := _INSERT.match(line)) and _plain(insert[1]) == wanted:
                named = tuple(_plain(name) for name in insert[2].split(",")) if insert[2] else ()
                yield _Statement(named, _inserted(line[insert.end() :], lines))
            elif (create := _CREATE.match(line)) and _plain(create[1]) == wanted:
                yield _Statement(created=_created(line[create.end() :], lines))


def _lines(stream: Iterator[str], quarantine: Quarantine) -> Iterator[str]:
    read = stream.readline  # type: ignore[attr-defined]
    while line := read(LONGEST_STATEMENT_LINE + 1):
        if len(line) <= LONGEST_STATEMENT_LINE:
            yield line
            continue
        length = len(line)
        while line and not line.endswith("\n"):
            line = read(LONGEST_STATEMENT_LINE)
            length += len(line)
        quarantine.add(0, "line_too_long", length=length)


def _created(rest: str, lines: Iterator[str]) -> tuple[str, ...]:
    columns: list[str] = []
    while rest:
        for part in rest.splitlines():
            if part.lstrip().startswith(")"):
                return tuple(columns)
            if (found := _COLUMN.match(part)) and not _NO_COLUMN.match(part):
                columns.append(found[1].lower())
        rest = next(lines, "")
    return tuple(columns)


def _copied(lines: Iterator[str]) -> Iterator[tuple[str, list[str | None] | None]]:
    for line in lines:
        text = line.rstrip("\r\n")
        if text == "\\.":
            return
        yield text, [None if cell == "\\N" else _unescaped(cell, _COPY_ESCAPES) for cell in text.split("\t")]


def _inserted(rest: str, lines: Iterator[str]) -> Iterator[tuple[str, list[str | None] | None]]:
    """The tuples of one INSERT; a tuple may run over lines, a quoted text too."""
    values: list[str | None] = []
    inside, begun, at, whole = False, 0, 0, rest
    while True:
        token = _TOKEN.match(whole, at)
        if token is None or (token.end() == len(whole) and not token["mark"]):
            if len(whole) - begun > LONGEST_STATEMENT_LINE:
                yield whole[begun : begun + 1000], None
                return
            more = next(lines, None)
            if more is None:
                if inside:
                    yield whole[begun:], None
                return
            whole, at, begun = whole[begun if inside else at :] + more, 0, 0
            if inside:
                inside, values = False, []
            continue
        at = token.end()
        if token["mark"] == "(":
            inside, values, begun = True, [], token.start()
        elif token["mark"] == ")":
            inside = False
            yield whole[begun:at], values
        elif token["mark"] == ";" and not inside:
            return
        elif token["text"] is not None:
            body = token["text"][token["text"].index("'") + 1 : -1]
            values.append(_unescaped(body.replace("''", "'"), _ESCAPES))
        elif token["plain"] is not None and inside:
            values.append(None if token["plain"].upper() == "NULL" else token["plain"])


def _unescaped(text: str, escapes: dict[str, str]) -> str:
    if "\\" not in text:
        return text
    return re.sub(r"\\(.)", lambda found: escapes.get(found[1], found[1]), text, flags=re.DOTALL)
