"""`motcua prove protocol`: the property tests, fuzzers and races of the e-ID again, with large counts.

Tests marked `protocol` run in rounds until the minutes are over; each round has the next seed, so a run that was cut
short goes on where it ended. Counts and violations go to bench/results/prove-protocol.json.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from typing import Any

from sandbox import proof_results
from sandbox.places import Places

FOLDER = "systems/eid"
EXAMPLES = 500  # of a round: small enough that ten minutes hold several, each with a seed of its own
_STATISTICS = re.compile(r"(\d+) passing(?: examples)?, (\d+) failing(?: examples)?,(?: and)? (\d+) invalid")
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def prove(places: Places, *, minutes: float, only: str) -> int:
    """Rounds until `minutes` are over, at least one; `only` goes to pytest as -k. 0 when nothing was violated."""
    until = time.monotonic() + minutes * 60
    result = _resumed(places, proof_results.commit(places), only)
    while True:
        began = time.monotonic()
        seed = len(result["rounds"]) + 1
        done = _round(places, seed, only, seconds=max(120.0, until - began))
        result["rounds"].append(done)
        _sum(result)
        proof_results.write(places, "protocol", result | {"date": proof_results.when(places)["date"]})
        took = time.monotonic() - began
        print(f"  round {seed}: {done['tests']} tests, {done['examples']} examples, {took:.0f} s", flush=True)
        if time.monotonic() + took > until:
            break
    print(f"{result['count']} examples and {result['tests']} tests in {len(result['rounds'])} rounds")
    for name in result["violations"]:
        print(f"violated: {name}")
    return 1 if result["violations"] else 0


def _resumed(places: Places, commit: str, only: str) -> dict[str, Any]:
    stored = proof_results.kept(places, "protocol")
    if stored.get("commit") == commit and stored.get("only") == only and not stored.get("violations"):
        return stored
    return {"name": "protocol", "commit": commit, "only": only, "examples_per_test": EXAMPLES, "rounds": []}


def _round(places: Places, seed: int, only: str, *, seconds: float) -> dict[str, Any]:
    words = [sys.executable, "-m", "pytest", "-q", "-m", "protocol", FOLDER, f"--hypothesis-seed={seed}"]
    words += ["--hypothesis-show-statistics", "-p", "no:randomly"] + (["-k", only] if only else [])
    environment = dict(os.environ) | {"MOTCUA_PROOF_EXAMPLES": str(EXAMPLES)}
    try:
        done = subprocess.run(
            words, cwd=places.root, env=environment, capture_output=True, text=True, timeout=seconds * 2, check=False
        )
        said, code = done.stdout, done.returncode
    except subprocess.TimeoutExpired as late:
        said, code = (late.stdout or b"").decode(errors="replace"), 124
    passed = re.search(r"(\d+) passed", said)
    failed = sorted(set(_FAILED.findall(said)))
    if code not in {0, 1}:
        failed.append(f"round {seed} ended with {code}: {said[-400:]}")
    examples = sum(int(good) + int(bad) for good, bad, _ in _STATISTICS.findall(said))
    return {"seed": seed, "tests": int(passed.group(1)) if passed else 0, "examples": examples, "violations": failed}


def _sum(result: dict[str, Any]) -> None:
    rounds = result["rounds"]
    result["count"] = sum(entry["examples"] for entry in rounds)
    result["tests"] = sum(entry["tests"] for entry in rounds)
    result["seed"] = f"1..{len(rounds)}"
    result["violations"] = sorted({name for entry in rounds for name in entry["violations"]})
