"""`motcua prove guards`: takes out each security guard in turn and expects the test named after it to fail.

A guard is a row in a `guards*.toml`: an id, the file, the snippet, the snippet without the guard, and a test. The
work happens in a copy of the workspace; the tree itself is never touched. First every named test must pass with all
guards in place, or its failure later would prove nothing. What was proven stays proven until the guard's row, its file
or its test changes, so that a run cut short goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from sandbox import proof_results
from sandbox.places import Fault, Places
from sandbox.postgres import Cluster
from sandbox.testing import LENT_SERVER, free_port

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".motcua", "node_modules", "__pycache__", ".hypothesis", "results")
RESULTS = "bench/results/prove-guards.json"
WORKERS = 2
BATCH = 30  # guards whose tests are first seen to pass, then each taken out
TEST_SECONDS = 240
MAKES_TABLES = ("/migrations/", "/seed/", ".sql")  # a guard that stands here is not in a database filled before


@dataclass(frozen=True)
class Guard:
    """One guard and the test that must notice its absence."""

    id: str
    file: str
    find: str
    replace: str
    test: str


@dataclass(frozen=True)
class Verdict:
    """What happened when the guard was taken out. `noticed` is True when the named test failed as it should."""

    guard: str
    test: str
    noticed: bool
    seconds: float
    words: str = ""
    digest: str = ""


def load(root: Path) -> list[Guard]:
    """All guards of the workspace, by file and order.

    Raises:
        Fault: an id twice, a file or snippet that is not there exactly once.
    """
    guards, faults, seen = [], [], set()
    for table in sorted(root.glob("*/guards*.toml")) + sorted(root.glob("systems/*/guards*.toml")):
        for row in tomllib.loads(table.read_text()).get("guard", []):
            guard = Guard(**{name: row[name] for name in ("id", "file", "find", "replace", "test")})
            source = root / guard.file
            count = source.read_text().count(guard.find) if source.is_file() else 0
            if guard.id in seen:
                faults.append(f"{guard.id}: listed twice")
            if count != 1:
                faults.append(f"{guard.id}: its snippet stands {count} times in {guard.file}")
            seen.add(guard.id)
            guards.append(guard)
    if faults:
        raise Fault("guards cannot be proven: " + "; ".join(faults))
    return guards


def prove(places: Places, *, minutes: float, only: str) -> int:
    """Proves all guards, or one; writes bench/results/prove-guards.json; 0 when every absence was noticed."""
    every = load(places.root)
    kept = {} if only else _kept(places, every)
    guards = [g for g in every if (g.id == only if only else g.id not in kept)]
    if not guards and only:
        raise Fault(f"there is no guard {only!r}")
    print(f"{len(kept)} guards stand as they were proven, {len(guards)} to go", flush=True)
    verdicts = list(kept.values())
    with tempfile.TemporaryDirectory(prefix="motcua-guards-") as folder, _lent_server(Path(folder)):
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(WORKERS):
            copy = Path(folder) / str(number)
            shutil.copytree(places.root, copy, ignore=LEFT_OUT, symlinks=True)
            _compile(copy)
            copies.put(copy)
        until = time.monotonic() + minutes * 60
        for start in range(0, len(guards), BATCH):
            if time.monotonic() > until:
                break
            verdicts += _prove_batch(copies, guards[start : start + BATCH], until)
            if not only:
                _write(places, verdicts, len(every))
    missed = [v for v in verdicts if not v.noticed]
    for verdict in missed:
        print(f"\n{verdict.guard}: {verdict.test} still passed without it\n{verdict.words}")
    count = 1 if only else len(every)
    print(f"{len(verdicts) - len(missed)} of {count} guards proven")
    return 0 if len(verdicts) == count and not missed else 1


@contextmanager
def _lent_server(folder: Path) -> Iterator[None]:
    """One PostgreSQL for all sessions: what a session fills with every guard in place, the next ones copy."""
    server = Cluster(folder / "postgres", free_port(), secrets.token_urlsafe(18), durable=False)
    server.initialise()
    server.start(server.folder / "log")
    os.environ[LENT_SERVER] = f"{server.port} {server.password} {server.folder}"
    try:
        yield
    finally:
        del os.environ[LENT_SERVER]
        server.stop()


def _compile(copy: Path) -> None:
    # Checked by hash: a guard comes and goes within a second, which a compiled file's time would not show.
    words = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", str(copy)]
    subprocess.run(words, capture_output=True, check=False)


def _prove_batch(copies: SimpleQueue[Path], guards: list[Guard], until: float) -> list[Verdict]:
    _expect_all_pass(copies, guards)

    def one(guard: Guard) -> Verdict | None:
        if time.monotonic() > until:
            return None
        copy = copies.get()
        try:
            verdict = _without(guard, copy)
        finally:
            copies.put(copy)
        print(f"  {'✓' if verdict.noticed else '✗'} {verdict.guard:<44} {verdict.seconds:5.1f} s", flush=True)
        return verdict

    with ThreadPoolExecutor(WORKERS) as pool:
        return [verdict for verdict in pool.map(one, guards) if verdict]


def _digest(root: Path, guard: Guard) -> str:
    """Of all that a verdict rests on: the row, the guarded file, the test's file."""
    texts = [guard.find, guard.replace, guard.test]
    texts += [(root / name).read_text() for name in (guard.file, guard.test.partition("::")[0])]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:32]


def _kept(places: Places, guards: list[Guard]) -> dict[str, Verdict]:
    """Verdicts of earlier runs that still stand."""
    path = places.root / RESULTS
    rows = json.loads(path.read_text())["guards"] if path.exists() else []
    earlier = {row["id"]: row for row in rows if row["noticed"]}
    found = {}
    for guard in guards:
        digest = _digest(places.root, guard)
        if earlier.get(guard.id, {}).get("digest") == digest:
            found[guard.id] = Verdict(guard.id, guard.test, True, 0, digest=digest)
    return found


def _expect_all_pass(copies: SimpleQueue[Path], guards: list[Guard]) -> None:
    copy = copies.get()
    tests = sorted({guard.test for guard in guards})
    print(f"{len(tests)} tests with all guards in place", flush=True)
    done = _pytest(copy, tests, TEST_SECONDS * 6)
    copies.put(copy)
    if done.returncode != 0:
        raise Fault("a named test fails with its guard in place:\n" + done.stdout[-3000:])


def _without(guard: Guard, copy: Path) -> Verdict:
    source = copy / guard.file
    whole = source.read_text()
    began = time.monotonic()
    try:
        source.write_text(whole.replace(guard.find, guard.replace))
        done = _pytest(copy, [guard.test], TEST_SECONDS, own_server=any(word in guard.file for word in MAKES_TABLES))
    finally:
        source.write_text(whole)
    # 1 = tests ran and failed; anything else (no test found, usage, import fault) proves nothing.
    noticed = done.returncode == 1 and " failed" in done.stdout and " error" not in done.stdout.splitlines()[-1]
    words = "" if noticed else done.stdout[-800:]
    return Verdict(guard.id, guard.test, noticed, time.monotonic() - began, words, _digest(copy, guard))


def _pytest(
    copy: Path, tests: list[str], seconds: int, *, own_server: bool = False
) -> subprocess.CompletedProcess[str]:
    sources = [str(p) for p in [*copy.glob("*/src"), *copy.glob("systems/*/src")]]
    environment = dict(os.environ) | {"PYTHONPATH": os.pathsep.join(sources), "PYTHONDONTWRITEBYTECODE": "1"}
    if own_server:
        del environment[LENT_SERVER]
    words = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:randomly", *tests]
    try:
        return subprocess.run(
            words, cwd=copy, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, 124, stdout="took too long", stderr="")


def _write(places: Places, verdicts: list[Verdict], count: int) -> None:
    result = {
        "name": "guards",
        **proof_results.when(places),
        "count": count,
        "proven": sum(v.noticed for v in verdicts),
        "violations": [v.guard for v in verdicts if not v.noticed],
        "guards": [{"id": v.guard, "test": v.test, "noticed": v.noticed, "digest": v.digest} for v in verdicts],
    }
    proof_results.write(places, "guards", result)
