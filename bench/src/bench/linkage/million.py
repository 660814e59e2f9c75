"""A base of a million from end to end, as an operator runs it, twice: what it costs; and every byte is the same."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bench.linkage.running import AS_OF, COMMAND, Cost, costed, ingesting

VERBS: dict[str, list[str]] = {
    "classify": ["classify", "--as-of", AS_OF],
    "report": ["report"],
    "reconcile": ["reconcile"],
}
# What a run leaves for people to read and to prove; the rest are tables on the way there.
LEFT = ("ledger/*", "report/*.html", "report/*.csv", "report/communes/*.csv", "stages/decided.parquet")


@dataclass(frozen=True)
class Run:
    """What each verb cost, how many checks of the reconciliation found nothing, and the hash of each file left."""

    costs: dict[str, Cost]
    checks: int
    accounts: int
    left: dict[str, str]


def run(base: Path, work: Path, *, key_of: Path | None = None) -> Run:
    """Takes in, classifies, reports and reconciles a base in a fresh folder; ``key_of`` lends its secret.

    Raises subprocess.CalledProcessError when a verb fails: the reconciliation is one of them.
    """
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700, parents=True)
    if key_of is not None:
        shutil.copy(key_of / "reference.key", work / "reference.key")
    environment = dict(os.environ) | {
        "LINKAGE_WORK": str(work), "LINKAGE_OPERATOR": "bench", "LINKAGE_TEST_ENVIRONMENT": "1",
    }  # fmt: skip
    costs = {f"ingest {name}": costed(words, environment) for name, words in ingesting(base).items()}
    for name, words in VERBS.items():
        costs[name] = costed([str(COMMAND), *words], environment)
    checks = json.loads((work / "reconcile.json").read_text())["checks"]
    left = {str(path.relative_to(work)): _hash(path) for pattern in LEFT for path in sorted(work.glob(pattern))}
    accounts = json.loads((work / "classify.json").read_text())["accounts"]
    return Run(costs, sum(one["count"] == 0 for one in checks), accounts, left)


def differing(one: Run, other: Run) -> list[str]:
    """Files that only one run left, or that are not the same byte for byte."""
    return sorted(name for name in one.left.keys() | other.left.keys() if one.left.get(name) != other.left.get(name))


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
