"""Rows of a bulk as they come in, as NDJSON: each is three texts, or it is none; one bad row never stops the others."""

import msgspec

LONGEST_LINE = 4_096


class BulkRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row: the three parts of the key, as in a single verification."""

    full_name: str
    birth_date: str
    personal_id: str


_decoder = msgspec.json.Decoder(BulkRow)


def read_lines(chunk: bytes) -> list[tuple[str, str, str] | None]:
    """Every line as a row, or None where it is not one. The last line ends with its newline too."""
    count = chunk.count(b"\n")
    try:
        rows = _decoder.decode_lines(chunk)
        if len(rows) == count:
            return [(row.full_name, row.birth_date, row.personal_id) for row in rows]
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeError):
        pass
    # Which line it was is found slowly: this is rare.
    return [_row(line) for line in chunk.split(b"\n")[:count]]


def _row(line: bytes) -> tuple[str, str, str] | None:
    try:
        row = _decoder.decode(line)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeError):
        return None
    return row.full_name, row.birth_date, row.personal_id
