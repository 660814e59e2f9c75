"""Answers of a bulk as a stream: the same words as a single verification, made once for each possible answer."""

from collections.abc import AsyncIterator
from typing import Final

import msgspec

from population.disclosure import bulk as rule

_COLUMNS: Final = ("overall", "full_name", "birth_date", "personal_id", "record_state")


def _words(byte: int) -> bytes:
    told = rule.answer(byte)
    if told is None:
        return b'"error":"invalid_request"}\n'
    body = {
        "overall": told.verdict.overall,
        "fields": [{"name": name, "result": result} for name, result in told.verdict.fields],
        "record_state": told.record_state,
    }
    return msgspec.json.encode(body)[1:] + b"\n"


_WORDS: Final = {byte: _words(byte) for byte in rule.ALL}


def _row(byte: int) -> tuple[str | None, ...]:
    told = rule.answer(byte)
    if told is None:
        return ("INVALID", None, None, None, None)
    fields = dict(told.verdict.fields)
    return (told.verdict.overall, *(fields.get(name) for name in _COLUMNS[1:4]), told.record_state)


_ROWS: Final = {byte: _row(byte) for byte in rule.ALL}


async def ndjson(answers: AsyncIterator[tuple[int, bytes]]) -> AsyncIterator[bytes]:
    """``{"row":N,"overall":…,"fields":…,"record_state":…}`` for each, or ``{"row":N,"error":"invalid_request"}``."""
    async for first, codes in answers:
        yield b"".join(b'{"row":%d,%b' % (row, _WORDS[code]) for row, code in enumerate(codes, start=first))


async def arrow(answers: AsyncIterator[tuple[int, bytes]]) -> AsyncIterator[bytes]:
    """One Arrow stream: row, overall (also ``INVALID``), the result of each field, record_state."""
    from population.people import arrow_rows  # the library is large: only for those who ask for it

    stream = arrow_rows.Results(_COLUMNS)
    async for first, codes in answers:
        rows = [_ROWS[code] for code in codes]
        yield stream.batch(first, list(zip(*rows, strict=True)))
    yield stream.end()
