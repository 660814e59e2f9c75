"""A body of rows cut into chunks while it comes in: memory holds a few chunks, however long the body is."""

import asyncio
import io
import queue
from collections.abc import AsyncIterator, Iterator
from typing import Final

from population.disclosure.bulk import CHUNK_ROWS
from population.errors import InvalidRequest
from population.people.bulk_rows import LONGEST_LINE

NDJSON: Final = "application/x-ndjson"
ARROW: Final = "application/vnd.apache.arrow.stream"
LARGEST_CHUNK: Final = CHUNK_ROWS * 1_024


def chunks(body: AsyncIterator[bytes], kind: str) -> AsyncIterator[bytes]:
    """Chunks of CHUNK_ROWS rows; the last may be shorter. Raises InvalidRequest."""
    return _lines(body) if kind == NDJSON else _arrow(body)


async def _lines(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    held: list[bytes] = []
    lines = size = 0
    async for received in body:
        piece = received
        while lines + (found := piece.count(b"\n")) >= CHUNK_ROWS:
            cut = _nth_newline(piece, CHUNK_ROWS - lines)
            yield b"".join([*held, piece[:cut]])
            held, piece, lines, size = [], piece[cut:], 0, 0
        held.append(piece)
        lines, size = lines + found, size + len(piece)
        # guard: npd-bulk-memory-is-bounded
        if size > LARGEST_CHUNK or _tail(held) > LONGEST_LINE:
            raise InvalidRequest(f"a row is too long: number {lines + 1} of its chunk")
    rest = b"".join(held)
    if rest.strip():
        yield rest if rest.endswith(b"\n") else rest + b"\n"


def _nth_newline(piece: bytes, nth: int) -> int:
    """The offset behind the nth newline."""
    at = 0
    for _ in range(nth):
        at = piece.index(b"\n", at) + 1
    return at


def _tail(held: list[bytes]) -> int:
    """How long the unfinished line is."""
    length = 0
    for piece in reversed(held):
        newline = piece.rfind(b"\n")
        if newline >= 0:
            return length + len(piece) - newline - 1
        length += len(piece)
    return length


class _Pipe(io.RawIOBase):
    """A file that a thread reads while the event loop writes it; holds eight pieces."""

    def __init__(self) -> None:
        self._pieces: queue.Queue[bytes] = queue.Queue(8)
        self._rest = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._rest and not self._ended:
            self._rest = self._pieces.get()
            self._ended = not self._rest
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)

    async def fill(self, body: AsyncIterator[bytes]) -> None:
        """Write the body; an empty piece ends it, whatever happens."""
        try:
            async for piece in body:
                if piece:
                    await asyncio.to_thread(self._pieces.put, piece)
        finally:
            await asyncio.to_thread(self._pieces.put, b"")


async def _arrow(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    from population.people import arrow_rows  # the library is large: only for those who send it

    pipe = _Pipe()
    filling = asyncio.create_task(pipe.fill(body))
    cut: Iterator[bytes] = arrow_rows.chunks(pipe, CHUNK_ROWS)
    try:
        while (chunk := await asyncio.to_thread(next, cut, None)) is not None:
            yield chunk
        await filling
    except arrow_rows.NotRows as fault:
        raise InvalidRequest(str(fault)) from None
    finally:
        filling.cancel()
