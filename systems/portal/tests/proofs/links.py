"""`./motcua prove links`: millions of adversarial cases against the pure decision of a link, each attack counted.

Runs in blocks with the next seed until the minutes or the cases are over; what was done before, with the same rules,
is kept and gone on with. The other way round is counted too: a sound link that is refused would be a defect as well.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from link_cases import ATTACKS, allowed, case, wrong

BLOCK = 250_000
CASES = 12_000_000
SHOWN = 20
RULES = ("conditions.py", "linking.py", "deciding.py")


def block(seed: int, size: int = BLOCK) -> dict[str, Any]:
    """One block: counts by attack, links allowed, wrong links, right links refused."""
    r = random.Random(seed)
    names = list(ATTACKS)
    counts: Counter[str] = Counter()
    linked = refused_right = 0
    violations: list[str] = []
    for n in range(size):
        name = names[n % len(names)]
        facts = case(r, name)
        counts[name] += 1
        why = wrong(facts)
        if allowed(facts):
            linked += 1
            if why:
                violations.append(f"seed {seed}, case {n}, {name}: {why}: {facts}")
        elif not why:
            refused_right += 1
            if refused_right <= 1:
                violations.append(f"seed {seed}, case {n}, {name}: a sound link was refused: {facts}")
    return {"seed": seed, "cases": size, "counts": counts, "linked": linked, "violations": violations[:SHOWN]}


def fingerprint() -> str:
    """Hash of the rules and of this generator: other rules begin anew."""
    root = Path(__file__).parents[2]
    files = [root / "src/portal/accounts" / name for name in RULES] + [Path(__file__).with_name("link_cases.py")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def run(path: Path, *, minutes: float, cases: int, workers: int) -> dict[str, Any]:
    """Until the minutes or the cases are over; the result is kept after every round."""
    until = time.monotonic() + minutes * 60
    kept: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
    rules = fingerprint()
    if kept.get("rules") != rules:
        kept = {"name": "links", "rules": rules, "count": 0, "blocks": 0, "linked": 0, "attacks": {}, "violations": []}
    with ProcessPoolExecutor(workers) as pool:
        while kept["count"] < cases and time.monotonic() < until and not kept["violations"]:
            seeds = range(kept["blocks"] + 1, kept["blocks"] + 1 + workers)
            for done in pool.map(block, seeds):
                kept["count"] += done["cases"]
                kept["linked"] += done["linked"]
                kept["attacks"] = dict(Counter(kept["attacks"]) + done["counts"])
                kept["violations"] += done["violations"]
            kept["blocks"] += workers
            kept["seed"] = f"1..{kept['blocks']}"
            path.write_text(json.dumps(kept, indent=1) + "\n")
    return kept


def main() -> int:
    """Print each attack with its count; 0 when no link was wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("result", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    kept = run(given.result, minutes=given.minutes, cases=given.cases, workers=given.workers)
    for name, number in sorted(kept["attacks"].items()):
        print(f"  {number:>9,}  {name}")
    print(f"{kept['count']:,} cases in {len(kept['attacks'])} attack shapes, {kept['linked']:,} sound links made")
    print(f"wrong decisions: {len(kept['violations'])}")
    for line in kept["violations"]:
        print(f"violated: {line}")
    return 1 if kept["violations"] or not kept["count"] else 0


if __name__ == "__main__":
    sys.exit(main())
