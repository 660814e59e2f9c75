"""Makes a base, runs the `linkage` command over it, and says what that cost: wall, CPU, memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from bench.record import ROOT
from synthetic import bases

MAPPINGS = ROOT / "systems/linkage/tests/mappings"
COMMAND = Path(sys.executable).with_name("linkage")
AS_OF = "2024-05-04"


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, seconds of CPU, the most memory that the process held (RSS, GiB)."""

    wall: float
    cpu: float
    gib: float

    def __add__(self, after: Cost) -> Cost:
        """One after the other."""
        return Cost(self.wall + after.wall, self.cpu + after.cpu, max(self.gib, after.gib))


def made(folder: Path, *, people: int, accounts: int | None, seed: int, times: float = 1.0) -> Path:
    """A base in ``folder``; made once."""
    if not (folder / "done").exists():
        bases.write(folder, people_count=people, account_count=accounts, seed=seed, noise=bases.Noise.load(times))
        (folder / "done").touch()
    return folder


def costed(words: list[str], environment: dict[str, str], *, seconds: float = 3_600) -> Cost:
    """Runs a command to its end. Raises subprocess.CalledProcessError or TimeoutExpired."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
        peak = [0]
        watcher = threading.Thread(target=_watch, args=(run.pid, peak), daemon=True)
        watcher.start()
        try:
            _, said = run.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            run.kill()
            raise
    if run.returncode:
        raise subprocess.CalledProcessError(run.returncode, words, stderr=said[-2_000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.monotonic() - began, cpu, peak[0] / 2**30)


def _watch(pid: int, peak: list[int]) -> None:
    try:
        process = psutil.Process(pid)
        while True:
            peak[0] = max(peak[0], process.memory_info().rss)
            time.sleep(0.05)
    except psutil.Error:
        return


def dry_run(base: Path, work: Path) -> tuple[Cost, Cost]:
    """Ingests a base and classifies it; (what taking in cost, what classifying cost)."""
    environment = dict(os.environ) | {"LINKAGE_WORK": str(work), "LINKAGE_OPERATOR": "bench"}
    taken = work / "taken.json"  # taking in a country is long: its cost is kept with what it made
    if not taken.exists():
        taken_in = _taken_in(base, environment)
        taken.write_text(json.dumps(asdict(taken_in)))
    classifying = costed([str(COMMAND), "classify", "--as-of", AS_OF, "--anew"], environment)
    return Cost(**json.loads(taken.read_text())), classifying


def ingesting(base: Path) -> dict[str, list[str]]:
    """The words that take in a base, by what they take in."""
    return {
        name: [str(COMMAND), "ingest", name, str(base / f"{name}.parquet"), "--mapping", str(MAPPINGS / f"{name}.toml")]
        for name in ("people", "organisations", "accounts")
    }


def _taken_in(base: Path, environment: dict[str, str]) -> Cost:
    return sum((costed(words, environment) for words in ingesting(base).values()), Cost(0, 0, 0))
