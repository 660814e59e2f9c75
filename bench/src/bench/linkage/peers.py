"""The peers, in an environment of their own: same accounts, same people, one best person each."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.linkage.quality import named_right
from bench.linkage.running import Cost, costed
from bench.record import ROOT

FOLDER = ROOT / "bench/peers"
LONGEST = float(os.environ.get("BENCH_LINKAGE_LONGEST", "900"))


@dataclass(frozen=True)
class Task:
    """How many accounts are looked for among how many people."""

    accounts: int
    people: int
    folder: str


# dedupe compares in Python and learns its blocks from a sample of everything: it is asked a tenth.
TASKS = {
    Task(200_000, 1_000_000, "peers"): ("plain_splink", "plain_recordlinkage"),
    Task(20_000, 100_000, "peers-tenth"): ("plain_dedupe",),
}


@dataclass(frozen=True)
class Peer:
    """What one took and how right it was, in percent; ``why`` says why there is nothing to say."""

    name: str
    cost: Cost | None = None
    precision: float = 0.0
    recall: float = 0.0
    why: str = ""


def environment(folder: Path) -> Path | str:
    """The Python of the peers' environment, made when it is not there; or why it cannot be made."""
    python = folder / "bin/python"
    stamp, wanted = folder / "stamp", (FOLDER / "requirements.txt").read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        uv = Path(sys.executable).with_name("uv")
        for words in (
            [sys.executable, "-m", "venv", str(folder)],
            [str(uv), "pip", "install", "--quiet", "--python", str(python), "--require-hashes", "-r",
             str(FOLDER / "requirements.txt")],
        ):  # fmt: skip
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            if done.returncode:
                return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "could not be installed"
        stamp.write_text(wanted)
    return python


def measured(name: str, python: Path | str, base: Path, out: Path) -> Peer:
    """One peer over a base."""
    if isinstance(python, str):
        return Peer(name, why=f"not installed: {python}")
    words = [str(python), str(FOLDER / f"{name}.py"), str(base), str(out)]
    try:
        cost = costed(words, dict(os.environ), seconds=LONGEST)
    except subprocess.TimeoutExpired:
        return Peer(name, why=f"not done in {LONGEST:.0f} s")
    except subprocess.CalledProcessError as error:
        return Peer(name, why=f"failed: {(error.stderr or '').strip().splitlines()[-1][:160]}")
    return Peer(name, cost, *named_right(base, f"from read_parquet('{out}')"))
