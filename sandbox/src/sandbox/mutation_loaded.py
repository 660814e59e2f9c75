"""Judges mutants inside functions where everything is loaded already: the fast half of `motcua prove mutation`.

One process loads the e-ID and collects its pure tests once. Each mutant is a fork of it in which the code of the
wrong function is exchanged, wherever that function went (a table, a closure, another module), and only tests that
ran the line follow. What runs while a module is loaded cannot be judged so: see mutation_run.judge.
"""

from __future__ import annotations

import ast
import gc
import time
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from sandbox.mutation_run import WORDS, Child, OnlyPure

TESTS_SECONDS = 20.0
HANGS_AFTER = 60.0


@dataclass(frozen=True)
class Trial:
    """One mutant to judge: its key, its file with the sound source, what makes its tree, the tests in their order."""

    key: str
    path: Path
    source: str
    tree: Callable[[], ast.Module]
    tests: list[str]


def judge(
    root: Path, folder: str, trials: list[Trial], decide: Callable[[str, dict[str, Any]], None],
    done: Callable[[], None], *, until: float, workers: int,
) -> Child:  # fmt: skip
    """A child that judges trials, the last first, until the time is over: `decide(key, told)` for each, then `done`."""

    def run() -> dict[str, Any]:
        judging = _Judging(root, trials, decide, until, workers)
        pytest.main([*WORDS, folder], plugins=[judging])
        done()
        return {"judged": judging.judged}

    return Child(root, run, seconds=max(60.0, until - time.monotonic()) + 10 * HANGS_AFTER)


class _Judging(OnlyPure):
    """Instead of running the tests, forks for each trial."""

    def __init__(self, root: Path, trials: list[Trial], decide: Any, until: float, workers: int) -> None:
        super().__init__()
        self.root, self.trials, self.decide, self.until, self.workers = root, trials, decide, until, workers
        self.judged = 0

    def pytest_runtestloop(self, session: Any) -> bool:
        items = {item.nodeid: item for item in session.items}
        gc.collect()
        gc.freeze()  # forks share these pages; a collection would copy them
        busy: list[tuple[Child, Trial]] = []
        while busy or (self.trials and time.monotonic() < self.until):
            while self.trials and len(busy) < self.workers and time.monotonic() < self.until:
                trial = self.trials.pop()
                chosen = [items[name] for name in trial.tests if name in items]
                busy.append((Child(self.root, _Try(trial, chosen), seconds=HANGS_AFTER), trial))
            for entry in list(busy):
                told = entry[0].poll()
                if told is not None:
                    busy.remove(entry)
                    self.judged += 1
                    self.decide(entry[1].key, told)
            time.sleep(0.002)
        return True


@dataclass(frozen=True)
class _Try:
    """Runs in the fork: exchange the code, then the tests until one fails or their time is over."""

    trial: Trial
    items: list[Any]

    def __call__(self) -> dict[str, Any]:
        if not exchange(self.trial.path, self.trial.source, self.trial.tree()):
            return {"unfit": True}
        until = time.monotonic() + TESTS_SECONDS
        for item in self.items:
            if time.monotonic() > until:
                break
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=None)):
                return {"failed": [item.nodeid]}
        return {"failed": []}


def exchange(path: Path, source: str, tree: ast.Module) -> int:
    """Gives every live function of a file the code that it has in `tree`; returns how many changed.

    0 means that it cannot be done so: the functions do not pair, or one would need other closure cells.
    """
    sound = list(_codes(compile(ast.parse(source), str(path), "exec")))
    wrong = list(_codes(compile(tree, str(path), "exec")))
    if [code.co_qualname for code in sound] != [code.co_qualname for code in wrong]:
        return 0
    changed = {old: new for old, new in zip(sound, wrong, strict=True) if old != new}
    gc.unfreeze()
    live = [
        function
        for function in gc.get_objects()
        if isinstance(function, types.FunctionType) and function.__code__ in changed
    ]
    for function in live:
        new = changed[function.__code__]
        if len(new.co_freevars) != len(function.__code__.co_freevars):
            return 0
        function.__code__ = new
    return len(live)


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """Every code object inside, in the order of the source."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _codes(constant)
