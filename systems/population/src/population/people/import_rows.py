"""Reading the NDJSON that ``population people import`` takes; a bad line is named by its number, never quoted."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import BinaryIO

import msgspec

from kernel import admin_units, personal_id, vietnamese_names
from kernel.partial_date import PartialDate, PartialDateFormat
from kernel.personal_id import PersonalIdFormat
from population.people.comparison import LONGEST_NAME
from population.people.record import Record, Residence, State, tidy


class ImportFault(ValueError):
    """A line that cannot be taken; the message has the line's number and the field's name."""


class _Line(Record, frozen=True, forbid_unknown_fields=True):
    state: State = "live"
    state_since: date | None = None
    merged_into: str | None = None


class ImportRow(msgspec.Struct, frozen=True):
    """One person to be kept. ``text`` is the whole line in canonical JSON, for telling whether anything changed."""

    record: Record
    state: State
    state_since: date | None
    merged_into: str | None
    text: str


_decoder = msgspec.json.Decoder(_Line)
_RECORD_FIELDS = Record.__struct_fields__


LONGEST_LINE = 65_536


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; of one that is too long only so much that it is known to be: memory stays bounded."""
    while line := file.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE + 1)


def judged(lines: Iterable[bytes]) -> Iterator[ImportRow | ImportFault]:
    """Each line as a row or as what is wrong with it; blank lines are left out."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _row(number, line)
            except ImportFault as fault:
                yield fault


def read(lines: Iterable[bytes]) -> Iterator[ImportRow]:
    """Each line as a row. Raises ImportFault at the first line that is wrong."""
    for found in judged(lines):
        if isinstance(found, ImportFault):
            raise found
        yield found


class _Twice(Exception):
    """Two answers to one question: which of them counts is nobody's guess (RFC 8259 4)."""


def _once(pairs: list[tuple[str, object]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise _Twice


def _row(number: int, line: bytes) -> ImportRow:
    # guard: npd-import-lines-are-bounded
    if len(line) > LONGEST_LINE:
        raise ImportFault(f"line {number}: longer than {LONGEST_LINE} bytes")
    if b"\x00" in line or b"\\u0000" in line:
        raise ImportFault(f"line {number}: NUL is no letter")
    try:
        got = _decoder.decode(line)
        # guard: npd-import-names-each-member-once
        json.loads(line, object_pairs_hook=_once)
    except _Twice:
        raise ImportFault(f"line {number}: a member stands there twice") from None
    except UnicodeDecodeError:
        raise ImportFault(f"line {number}: not UTF-8") from None
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        # msgspec names types and paths, and quotes only enum values; those are not personal.
        raise ImportFault(f"line {number}: {error}") from None
    try:
        if personal_id.normalise(got.personal_id) != got.personal_id:
            raise PersonalIdFormat
        if got.merged_into is not None:
            personal_id.normalise(got.merged_into)
        if got.legacy_id9 is not None:
            personal_id.normalise_legacy_id9(got.legacy_id9)
    except PersonalIdFormat:
        raise ImportFault(f"line {number}: a number does not have its 12 (legacy: 9) digits") from None
    try:
        born = str(PartialDate.parse(got.birth_date))
    except PartialDateFormat:
        raise ImportFault(f"line {number}: birth_date is no date") from None
    if not 0 < len(vietnamese_names.canonical(got.full_name)) <= LONGEST_NAME:
        raise ImportFault(f"line {number}: full_name is empty or has more than {LONGEST_NAME} letters")
    if (got.state == "merged") != (got.merged_into is not None):
        raise ImportFault(f"line {number}: merged_into goes with the state merged")
    for residence in (got.permanent_residence, got.temporary_residence, got.current_residence):
        _check_residence(number, residence)
    got = msgspec.structs.replace(got, full_name=tidy(got.full_name), birth_date=born)
    record = Record(**{name: getattr(got, name) for name in _RECORD_FIELDS})
    return ImportRow(record, got.state, got.state_since, got.merged_into, msgspec.json.encode(got).decode())


def _check_residence(number: int, residence: Residence | None) -> None:
    if residence is None:
        return
    try:
        since = date.fromisoformat(residence.since)
    except ValueError:
        raise ImportFault(f"line {number}: since is no date") from None
    if admin_units.unit(residence.unit_code, since) is None:
        raise ImportFault(f"line {number}: no unit has that code on that day")
