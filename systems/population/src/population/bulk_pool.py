"""The processes that answer bulks, and who gets one when: chunk by chunk in turn, never in the way of single calls."""

import asyncio
import multiprocessing
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from population import bulk_worker
from population.bulk_worker import Done, Task
from population.errors import TemporarilyUnavailable
from population.settings import Settings


class BulkPool:
    """Made at the first bulk. Jobs wait for a process in the order in which their chunks came (asyncio.Semaphore is
    first come, first served), so a long job yields after each chunk."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool: ProcessPoolExecutor | None = None
        self._free = asyncio.Semaphore(settings.bulk_workers)

    async def run(self, tasks: AsyncIterator[Task]) -> AsyncIterator[Done]:
        """Answer the tasks, in their order; as many at once as there are processes. A fault stops what follows."""
        running: deque[asyncio.Task[Done]] = deque()
        try:
            async for task in tasks:
                running.append(asyncio.create_task(self._answer(task)))
                # guard: npd-bulks-take-turns
                if len(running) > self._settings.bulk_workers:
                    yield await running.popleft()
            while running:
                yield await running.popleft()
        finally:
            # What a process has begun it ends: it is durable and will be known again.
            for task_ in running:
                task_.cancel()

    async def _answer(self, task: Task) -> Done:
        async with self._free:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    self._settings.bulk_workers,
                    mp_context=multiprocessing.get_context("spawn"),
                    initializer=bulk_worker.start,
                    initargs=(self._settings.database_url, self._settings.keys_dir),
                )
            pool = self._pool
            try:
                return await asyncio.get_running_loop().run_in_executor(pool, bulk_worker.answer_chunk, task)
            except BrokenProcessPool:
                if self._pool is pool:
                    self._pool = None
                raise TemporarilyUnavailable("a process that answers bulks ended") from None

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
