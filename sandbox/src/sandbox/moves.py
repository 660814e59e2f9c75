"""`motcua prove links` and `motcua prove undo`: the rules and acts of the move of accounts, in large counts.

`links` runs the seeded adversarial generator of the portal's tests over the pure decision; `undo` runs its stateful
lives between link and undo in rounds. Both go on where they ended, as long as the rules are the same.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sandbox import proof_results
from sandbox.places import Places

LINKS = "systems/portal/tests/proofs/links.py"
UNDO = "systems/portal/tests/test_undo_survives_what_happens_since.py"
LIVES = "test_what_the_link_moved_returns_and_what_happened_since_stays"
LIVED_THROUGH = ("accounts", "dossiers", "sso", "store")
NOT_LIVED_THROUGH = {"views", "migrations", "duty"}
RUNS_OF_A_ROUND = 1_000
WORKERS = 2
UNDO_GOAL = 20_000


def prove_links(places: Places, *, minutes: float, only: str) -> int:
    """Millions of cases; writes bench/results/prove-links.json. 0 when no link was wrong. `only` is not used."""
    path = proof_results.path_of(places, "links")
    words = [sys.executable, LINKS, str(path), "--minutes", str(minutes)]
    done = subprocess.run(words, cwd=places.root, check=False)
    if path.is_file():
        proof_results.write(places, "links", proof_results.kept(places, "links") | proof_results.when(places))
    return done.returncode


def prove_undo(places: Places, *, minutes: float, only: str) -> int:
    """Rounds of lives, two at a time, until the minutes or the goal are over; writes bench/results/prove-undo.json.

    Goes on where it ended as long as the portal's code and the lives are the same. `only` is not used.
    """
    until = time.monotonic() + minutes * 60
    rules = _fingerprint(places)
    kept = proof_results.kept(places, "undo")
    if kept.get("rules") != rules or kept["violations"]:
        kept = {"name": "undo", "rules": rules, "count": 0, "rounds": 0, "violations": []}
    with ThreadPoolExecutor(WORKERS) as pool:
        while kept["count"] < UNDO_GOAL and time.monotonic() < until and not kept["violations"]:
            seeds = range(kept["rounds"] + 1, kept["rounds"] + 1 + WORKERS)
            for failed in pool.map(partial(_round, places), seeds):
                kept["violations"] += failed
                kept["count"] += 0 if failed else RUNS_OF_A_ROUND
            kept["rounds"] += WORKERS
            kept["seed"] = f"1..{kept['rounds']}"
            proof_results.write(places, "undo", kept | proof_results.when(places))
            print(f"  {kept['count']:,} lives between link and undo", flush=True)
    for name in kept["violations"]:
        print(f"violated: {name}")
    return 1 if kept["violations"] or not kept["count"] else 0


def _fingerprint(places: Places) -> str:
    """Of the code that the lives run through: what was counted under other code is counted anew."""
    root = places.root / "systems/portal/src/portal"
    found = [path for name in LIVED_THROUGH for path in sorted((root / name).rglob("*.py"))]
    files = [path for path in found if not NOT_LIVED_THROUGH & set(path.relative_to(root).parts)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in [*files, places.root / UNDO])).hexdigest()[:16]


def _round(places: Places, seed: int) -> list[str]:
    environment = dict(os.environ) | {"MOTCUA_PROOF_RUNS": str(RUNS_OF_A_ROUND), "MOTCUA_PROOF_SEED": str(seed)}
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", f"{UNDO}::{LIVES}"]
    done = subprocess.run(words, cwd=places.root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    return re.findall(r"^E\s+(AssertionError: .*)$", done.stdout, re.MULTILINE)[:3] or [
        f"round {seed}: {done.stdout[-300:]}"
    ]
