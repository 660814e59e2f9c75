"""Natural group commit: one statement in flight; what queues meanwhile becomes the next batch.

No timer: a lone row waits for one turn of the event loop, so that what other requests of that turn ask travels along.
Under load one round trip, and one commit, carry many rows: the largest single gain in what a flow costs (`bench eid`).
Reads gain as much as writes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
MAX_BATCH = 256


class Batcher(Generic[Row]):
    """Gathers rows for one kind of statement. `flush` gets the rows and returns one answer per row, in order.

    `refusals` are the errors that tell of one bad row in a batch that left no trace: it goes again row by row, and
    only that row fails. After any other error nobody knows what became of the batch, and every row of it fails.
    """

    def __init__(
        self,
        flush: Callable[[Sequence[Row]], Awaitable[Sequence[Any]]],
        refusals: tuple[type[Exception], ...] = (),
    ) -> None:
        self._flush = flush
        self._refusals = refusals
        self._waiting: list[tuple[Row, asyncio.Future[Any]]] = []
        self._task: asyncio.Task[None] | None = None

    def submit(self, row: Row) -> asyncio.Future[Any]:
        """Hand in `row`; the future has its answer once the batch that carries it is committed."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((row, future))
        if self._task is None:
            self._task = loop.create_task(self._drain())
        return future

    async def _drain(self) -> None:
        try:
            await asyncio.sleep(0)
            while self._waiting:
                batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
                await self._run(batch)
        finally:
            self._task = None

    async def _run(self, batch: Sequence[tuple[Row, asyncio.Future[Any]]]) -> None:
        try:
            answers = await self._flush([row for row, _ in batch])
        except Exception as error:  # handed to those who wait for it
            if len(batch) > 1 and isinstance(error, self._refusals):
                for one in batch:
                    await self._run((one,))
                return
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)
