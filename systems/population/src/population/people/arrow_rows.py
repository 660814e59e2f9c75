"""Rows of a bulk as an Arrow stream (Arrow Columnar Format 1.5, IPC): three text columns, nulls are no rows."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

COLUMNS = ("full_name", "birth_date", "personal_id")
_TEXT = pa.schema([(name, pa.string()) for name in COLUMNS])


class NotRows(ValueError):
    """Not an Arrow stream of our columns. Says nothing of its content."""


def chunks(source: io.RawIOBase, rows: int) -> Iterator[bytes]:
    """The stream cut into streams of ``rows`` rows (the last may be shorter). Raises NotRows."""
    waiting: list[Any] = []
    count = 0
    try:
        reader = pa.ipc.open_stream(source)
        for batch in reader:
            part = pa.Table.from_batches([batch]).select(COLUMNS).cast(_TEXT)
            while count + part.num_rows >= rows:
                waiting.append(part.slice(0, rows - count))
                part = part.slice(rows - count)
                yield _stream(waiting)
                waiting, count = [], 0
            if part.num_rows:
                waiting.append(part)
                count += part.num_rows
    except (pa.ArrowException, KeyError, OSError):
        raise NotRows("an Arrow stream with the text columns full_name, birth_date, personal_id is expected") from None
    if count:
        yield _stream(waiting)


def read(chunk: bytes) -> Sequence[tuple[str, str, str] | None]:
    """The rows of one chunk."""
    table = pa.ipc.open_stream(chunk).read_all()
    columns = [table.column(name).to_pylist() for name in COLUMNS]
    return [None if None in row else row for row in zip(*columns, strict=True)]


def _stream(tables: list[Any]) -> bytes:
    sink = pa.BufferOutputStream()
    table = pa.concat_tables(tables).combine_chunks()
    with pa.ipc.new_stream(sink, _TEXT) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


class Results:
    """Answers as one Arrow stream, written batch by batch: ``row`` and text columns."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._written = io.BytesIO()
        self._schema = pa.schema([("row", pa.int64()), *((name, pa.string()) for name in columns)])
        self._writer = pa.ipc.new_stream(self._written, self._schema)

    def batch(self, first_row: int, columns: Sequence[Sequence[str | None]]) -> bytes:
        """The next rows, from ``first_row`` on."""
        count = len(columns[0])
        arrays = [pa.array(range(first_row, first_row + count), pa.int64())]
        arrays += [pa.array(values, pa.string()) for values in columns]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))
        return self._taken()

    def end(self) -> bytes:
        """What closes the stream."""
        self._writer.close()
        return self._taken()

    def _taken(self) -> bytes:
        taken = self._written.getvalue()
        self._written.seek(0)
        self._written.truncate()
        return taken
