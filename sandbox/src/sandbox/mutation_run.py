"""Runs tests of the e-ID in forked children, with or without one module replaced by a mutant.

The parent has loaded pytest and the libraries, never `eid`: a child is ready in milliseconds, and the mutant is what
every import of that module gives.
"""

from __future__ import annotations

import ast
import importlib
import importlib.machinery
import importlib.util
import json
import math
import os
import select
import signal
import sys
import time
import types
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

# A test that asks for one of these starts processes or a database: not for a mutant.
RUNNING = {
    "world", "new_eid", "gateway", "register", "logout_endpoint", "make_database", "postgres_cluster", "country",
    "prepared_country", "chromium", "new_browser", "postgres_admin_url",
}  # fmt: skip
ANEW_SECONDS = 40.0  # of CPU, for the tests of one mutant
HANGS_AFTER = 300.0
WORDS = ("-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:randomly", "--hypothesis-seed=0", "--assert=plain")


@dataclass
class Baseline:
    """What the untouched tree showed: tests with their seconds, and which tests ran which line of which module."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def touching(self, module: str, line: int | None) -> set[str]:
        """Tests that ran a line, or (line None: it runs at import) any line of the module."""
        lines = self.lines.get(module, {})
        if line is not None:
            return set(lines.get(line, ()))
        return set().union(*lines.values()) if lines else set()


class _Mutated(MetaPathFinder):
    def __init__(self, module: str, path: Path, tree: ast.Module) -> None:
        self.module, self.path, self.tree = module, path, tree

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.module:
            return None
        tree = self.tree

        class Loader(importlib.machinery.SourceFileLoader):
            def get_code(self, fullname: str) -> types.CodeType:
                return compile(tree, self.path, "exec")

        return importlib.util.spec_from_file_location(name, self.path, loader=Loader(name, str(self.path)))


class OnlyPure:
    """Leaves out tests that need a running provider; notes seconds and failures of the others."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []
        self.order: dict[str, int] = {}
        self.until: float = math.inf  # of this process's CPU time: on a busy machine a test is not slower than else
        self.over = False

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [item for item in items if not RUNNING & set(item.fixturenames)]
        for item in items:
            _hurry(item.obj)
        if self.order:
            items[:] = [item for item in items if item.nodeid in self.order]
            items.sort(key=lambda item: self.order[item.nodeid])

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "call":
            self.seconds[report.nodeid] = report.duration
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_runtest_logfinish(self) -> None:
        if time.process_time() > self.until:
            self.over = True
            pytest.exit("its time is over", returncode=0)


class _Watching(OnlyPure):
    """Also notes which test runs which line of the judged modules."""

    def __init__(self, modules: dict[str, str]) -> None:
        super().__init__()
        self.modules = modules
        self.lines: dict[str, dict[int, set[str]]] = {name: defaultdict(set) for name in modules.values()}

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: Any) -> Any:
        name = item.nodeid

        def local(frame: types.FrameType, event: str, _: Any) -> Any:
            if event == "line":
                self.lines[self.modules[frame.f_code.co_filename]][frame.f_lineno].add(name)
            return local

        sys.settrace(lambda frame, *_: local if frame.f_code.co_filename in self.modules else None)
        yield
        sys.settrace(None)


def _hurry(test: Any) -> None:
    """A property test need not look for the smallest counter-example, nor remember one: a wrong is wrong."""
    chosen = getattr(test, "_hypothesis_internal_use_settings", None)
    if chosen is not None:
        quick = settings(chosen, phases=(Phase.explicit, Phase.generate), database=None)
        getattr(test, "__func__", test)._hypothesis_internal_use_settings = quick


def watch(root: Path, folder: str, modules: dict[str, str]) -> Baseline:
    """Runs every pure test on the untouched tree. `modules`: file -> module name."""

    def run() -> dict[str, Any]:
        watching = _Watching(modules)
        code = pytest.main([*WORDS, folder], plugins=[watching])
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            watching.failed.append(f"the tests cannot be collected (pytest ends with {int(code)})")
        lines = {m: {n: sorted(t) for n, t in found.items()} for m, found in watching.lines.items()}
        loaded = sorted(n for n, m in sys.modules.items() if "site-packages" in (getattr(m, "__file__", None) or ""))
        return {"seconds": watching.seconds, "failed": watching.failed, "lines": lines, "loaded": loaded}

    told = Child(root, run, seconds=900).wait()
    for name in told["loaded"]:  # what the tests need beside the e-ID, once for all children
        with suppress(Exception):
            importlib.import_module(name)
    lines = {m: {int(n): set(tests) for n, tests in found.items()} for m, found in told["lines"].items()}
    return Baseline(told["seconds"], lines, told["failed"])


def judge(root: Path, module: str, path: Path, tree: ast.Module, rounds: Sequence[list[str]]) -> Child:
    """A child that runs tests against a mutant until one fails: the first of `rounds`, then the next, each in order.

    It tells {"failed": [...]}; a mutant that nothing noticed in ANEW_SECONDS of CPU survived.
    """

    def run() -> dict[str, Any]:
        sys.meta_path.insert(0, _Mutated(module, path, tree))
        until = time.process_time() + ANEW_SECONDS
        for tests in rounds:
            chosen = OnlyPure()
            chosen.until = until
            chosen.order = {test: place for place, test in enumerate(tests)}
            code = pytest.main([*WORDS, "-x", *sorted({test.partition("::")[0] for test in tests})], plugins=[chosen])
            # 0 = all passed; anything else than passing is a noticed mutant (a module that cannot be loaded too).
            if chosen.failed or code != 0:
                return {"failed": chosen.failed or ["collection"]}
            if chosen.over:
                break
        return {"failed": []}

    return Child(root, run, seconds=HANGS_AFTER)


class Child:
    """A forked process that runs one function and tells its result as JSON through a pipe."""

    def __init__(self, root: Path, run: Any, *, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.told = b""
        reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reading)
            _work(root, run, writing)
        os.close(writing)
        self.pipe = reading

    def poll(self) -> dict[str, Any] | None:
        """The result, {"late": True} when the time is over, or None while it works."""
        while select.select([self.pipe], [], [], 0)[0]:
            chunk = os.read(self.pipe, 1 << 20)
            if not chunk:
                self._end()
                return json.loads(self.told) if self.told else {"died": True}
            self.told += chunk
        if time.monotonic() > self.until:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._end()
            return {"late": True}
        return None

    def wait(self) -> dict[str, Any]:
        """The result, however long it takes within the given seconds."""
        while (told := self.poll()) is None:
            time.sleep(0.01)
        return told

    def _end(self) -> None:
        os.close(self.pipe)
        os.waitpid(self.pid, 0)


def _work(root: Path, run: Any, writing: int) -> None:
    code = 1
    try:
        os.setsid()
        os.chdir(root)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        raw = json.dumps(run()).encode()
        while raw:
            raw = raw[os.write(writing, raw) :]
        code = 0
    finally:
        os._exit(code)
