"""Bulks are fair: a short job is not held up by a long one, and single calls go before both."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from population import bulk_pool, bulk_worker
from population.bulk_pool import BulkPool
from population.bulk_worker import Done
from population.disclosure.admission import ADMITTED

from .conftest import DUYEN, Caller, Register
from .test_a_bulk_is_answered_like_single_calls import Job, lines, mover  # noqa: F401

LONG = 60


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The chunks in the order in which a worker got them; the workers are threads here."""
    order: list[str] = []

    def answer(task: Any) -> Done:
        order.append(task)
        return Done(ADMITTED, 1)

    monkeypatch.setattr(bulk_worker, "answer_chunk", answer)
    monkeypatch.setattr(bulk_pool, "ProcessPoolExecutor", lambda workers, **_: ThreadPoolExecutor(workers))
    return order


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_a_short_job_does_not_wait_for_the_end_of_a_long_one(begun: list[str], workers: int) -> None:
    settings: Any = SimpleNamespace(bulk_workers=workers, database_url="", keys_dir=None)

    async def both() -> list[int]:
        pool = BulkPool(settings)
        try:
            return await asyncio.gather(_through(pool, "long", LONG), _through(pool, "short", 2))
        finally:
            pool.close()

    assert asyncio.run(both()) == [LONG, 2]
    assert len(begun) == LONG + 2
    # Before it: what the long job may hold at once; between its two chunks: as much again.
    assert begun.index("short 1") <= 2 * (workers + 1) + 2


async def _through(pool: BulkPool, name: str, count: int) -> int:
    async def chunks() -> AsyncIterator[Any]:
        for number in range(count):
            yield f"{name} {number}"

    return len([done async for done in pool.run(chunks())])


def test_who_answers_bulks_yields_to_who_answers_single_calls(
    register: Register,
    mover: Caller,  # noqa: F811
) -> None:
    job = Job(mover)
    assert job.open().status_code == 200
    assert job.send(lines(DUYEN)).status_code == 200
    assert register.process is not None
    server = psutil.Process(register.process.pid)
    assert max(worker.nice() for worker in server.children()) == min(19, server.nice() + bulk_worker.NICE)
