"""Walks a flow with many users at once for a while, and says what it cost and how long each walk took."""

from __future__ import annotations

import asyncio
import gc
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import uvloop

from bench import cpu
from bench.load.connection import Connection
from bench.load.target import Target, User

T = TypeVar("T")
Clock = Callable[[int], float]
Flow = Callable[[Target, User], Awaitable[None]]


@dataclass
class Measured:
    """One window. CPU in milliseconds of a core per flow; latencies in milliseconds, of whole flows."""

    flows: int
    seconds: float
    server_ms: float
    database_ms: float
    latencies: list[float] = field(repr=False)
    requests: list[float] = field(repr=False)  # the latencies of the single requests

    @property
    def cpu_ms(self) -> float:
        """Server and database."""
        return self.server_ms + self.database_ms

    @property
    def rate(self) -> float:
        """Flows a second, wall; the client takes its share of the same cores."""
        return self.flows / self.seconds


def percentile(latencies: list[float], share: int) -> float:
    """The latency below which `share` of a hundred stay."""
    return statistics.quantiles(latencies, n=100)[share - 1] if len(latencies) > 1 else float("nan")


def run(
    target: Target, flow: Flow, *, users: int = 64, seconds: float = 5, warm: float = 1, rate: float | None = None
) -> Measured:
    """Closed loop: every user walks on. With `rate` (flows/s) they come by a Poisson clock, and waiting counts."""
    return in_loop(measure(target, flow, users=users, seconds=seconds, warm=warm, rate=rate))


def in_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run it on uvloop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


async def measure(
    target: Target,
    flow: Flow,
    *,
    users: int,
    seconds: float,
    warm: float,
    rate: float | None = None,
    clock: Clock = cpu.seconds,
) -> Measured:
    """The same, for those who are in a loop already; `clock` reads the CPU seconds of the server's process."""
    people = [
        User(Connection(f"{target.host}:{target.port}", target.port), target.cookies[index % len(target.cookies)])
        for index in range(users)
    ]
    done: list[tuple[float, float]] = []
    stop = asyncio.Event()
    load = _Load(target, flow, people, done, stop)
    walk = load.closed() if rate is None else load.open(rate)
    gc.collect()
    gc.disable()
    task = asyncio.create_task(walk)
    try:
        await _or_fail(task, warm)
        began, server, database = time.monotonic(), clock(target.server_pid), _database(target)
        await _or_fail(task, seconds)
        ended = time.monotonic()
        server, database = clock(target.server_pid) - server, _database(target) - database
        stop.set()
        await task
    finally:
        gc.enable()
        task.cancel()
        for person in people:
            person.connection.close()
    inside = [took for at, took in done if began <= at < ended]
    flows = max(1, len(inside))
    requests = [took for person in people for at, took in person.connection.times if began <= at < ended]
    return Measured(len(inside), ended - began, 1000 * server / flows, 1000 * database / flows, inside, requests)


async def _or_fail(task: asyncio.Task[None], seconds: float) -> None:
    finished, _ = await asyncio.wait({task}, timeout=seconds)
    for one in finished:
        one.result()
        raise RuntimeError("the load ended before its time")


@dataclass
class _Load:
    """Users walking; `done` gets when each walk ended, and the milliseconds it took."""

    target: Target
    flow: Flow
    people: list[User]
    done: list[tuple[float, float]]
    stop: asyncio.Event

    async def closed(self) -> None:
        async def walk(user: User) -> None:
            while not self.stop.is_set():
                await self._walk(user, time.monotonic())

        async with asyncio.TaskGroup() as group:
            for user in self.people:
                group.create_task(walk(user))

    async def open(self, rate: float) -> None:
        free: asyncio.Queue[User] = asyncio.Queue()
        for user in self.people:
            free.put_nowait(user)

        async def walk(due: float) -> None:
            user = await free.get()
            await self._walk(user, due)
            free.put_nowait(user)

        due = time.monotonic()
        async with asyncio.TaskGroup() as group:
            while not self.stop.is_set():
                due += random.expovariate(rate)
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                group.create_task(walk(due))

    async def _walk(self, user: User, since: float) -> None:
        await self.flow(self.target, user)
        ended = time.monotonic()
        self.done.append((ended, 1000 * (ended - since)))


def _database(target: Target) -> float:
    return cpu.seconds(target.database_pid) if target.database_pid else 0.0
