"""`motcua prove mutation`: how many small wrongs in the protocol's rules the fast tests notice.

Each mutant (see mutants.py) of oidc/ grants/ tokens/ clients/ is loaded in place of its module, and the pure tests
that run the changed line are run until one fails. Resumable: what was judged with these sources and tests is kept in
`.motcua/prove-mutation.json` and not judged again.
"""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox import mutants, standards
from sandbox.places import Fault, Places

SOURCES = Path("systems/eid/src")
PACKAGES = ("oidc", "grants", "tokens", "clients")
TESTS = "systems/eid/tests"
GOAL = 85.0
WORKERS = 2
MUTANT_SECONDS = 30
QUICK_SECONDS = 0.3


def prove(places: Places, *, minutes: float, only: str) -> int:
    """Judges as many mutants as the minutes allow; writes bench/results/prove-mutation.json. 0 when the goal is met."""
    until = time.monotonic() + minutes * 60
    if any(name == "eid" or name.startswith("eid.") for name in sys.modules):
        raise Fault("the e-ID is loaded already: a mutant could not take its place")
    from sandbox import mutation_run, testing  # loaded before the fork, so that children need not

    assert testing
    files = _modules(places.root, only)
    if not files:
        raise Fault(f"no module of {', '.join(PACKAGES)} has {only!r} in its path")
    print(f"the pure tests with {len(files)} untouched modules", flush=True)
    baseline = mutation_run.watch(places.root, TESTS, files)
    if baseline.failed:
        raise Fault("a pure test fails without any mutant: " + ", ".join(baseline.failed[:5]))
    print(f"{len(baseline.seconds)} pure tests in {sum(baseline.seconds.values()):.0f} s (watched)", flush=True)
    kept = _Kept(places)
    _judge_all(places, files, baseline, kept, until)
    return _report(places, files, kept, baseline)


def _modules(root: Path, only: str) -> dict[str, str]:
    """The judged modules: file -> dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((root / SOURCES / "eid" / package).glob("*.py")):
            name = path.relative_to(root / SOURCES).with_suffix("").as_posix()
            if path.name != "__init__.py" and only in name:
                found[str(path)] = name.replace("/", ".")
    return found


class _Kept:
    """Verdicts of earlier runs: by the digest of all tests and of the module, then by the mutant's number."""

    def __init__(self, places: Places) -> None:
        self.path = places.root / ".motcua/prove-mutation.json"
        tests = sorted((places.root / TESTS).rglob("*.py"))
        self.tests = hashlib.sha256(b"\0".join(path.read_bytes() for path in tests)).hexdigest()[:16]
        stored: dict[str, Any] = json.loads(self.path.read_text()) if self.path.is_file() else {}
        # A killed mutant stays killed while its test stands; a survivor is tried again when the tests change, and
        # before all others: a run cut short must not count the killed ones alone.
        same = stored.get("tests") == self.tests
        self.again = set(stored.get("again", [])) | {
            k for k, v in stored.get("verdicts", {}).items() if not v["killer"]
        }
        self.verdicts: dict[str, dict[str, Any]] = {
            key: verdict for key, verdict in stored.get("verdicts", {}).items() if same or verdict["killer"]
        }

    def save(self) -> None:
        self.path.parent.mkdir(exist_ok=True)
        again = sorted(self.again - set(self.verdicts))
        self.path.write_text(json.dumps({"tests": self.tests, "verdicts": self.verdicts, "again": again}))


def _key(mutant: mutants.Mutant, source: str) -> str:
    return f"{mutant.key}:{hashlib.sha256(source.encode()).hexdigest()[:12]}"


def _judge_all(places: Places, files: dict[str, str], baseline: Any, kept: _Kept, until: float) -> None:
    from sandbox import mutation_run

    waiting = [
        (mutant, tree, Path(path), _key(mutant, source))
        for path, module in files.items()
        for source in [Path(path).read_text(encoding="utf-8")]
        for mutant, tree in mutants.of(module, source)
    ]
    waiting = [entry for entry in waiting if entry[3] not in kept.verdicts]
    random.Random(0).shuffle(waiting)  # a run cut short is a fair sample
    waiting.sort(key=lambda entry: entry[3] in kept.again)  # taken from the end
    print(f"{len(waiting)} mutants to judge, {len(kept.verdicts)} judged before", flush=True)
    useful = {verdict["killer"] for verdict in kept.verdicts.values()}
    busy: list[tuple[Any, mutants.Mutant, str]] = []
    began, done = time.monotonic(), 0
    while (waiting and time.monotonic() < until) or busy:
        while waiting and len(busy) < WORKERS and time.monotonic() < until:
            mutant, tree, path, key = waiting.pop()
            tests = _tests_for(mutant, baseline, useful)
            if not tests:
                kept.verdicts[key] = _verdict(mutant, "", "no pure test runs this line")
                continue
            child = mutation_run.judge(places.root, mutant.module, path, tree(), tests, seconds=MUTANT_SECONDS)
            busy.append((child, mutant, key))
        for entry in list(busy):
            told = entry[0].poll()
            if told is None:
                continue
            busy.remove(entry)
            killer = "too long" if told.get("late") else "died" if told.get("died") else (told["failed"] or [""])[0]
            useful.add(killer)
            kept.verdicts[entry[2]] = _verdict(entry[1], killer, "")
            done += 1
            if done % 50 == 0:
                kept.save()
                print(f"  {done} judged, {len(waiting)} to go ({time.monotonic() - began:.0f} s)", flush=True)
        time.sleep(0.005)
    kept.save()


def _verdict(mutant: mutants.Mutant, killer: str, note: str) -> dict[str, Any]:
    return {"module": mutant.module, "line": mutant.line, "what": mutant.what, "killer": killer, "note": note}


def _tests_for(mutant: mutants.Mutant, baseline: Any, useful: set[str]) -> list[str]:
    """Tests that run the line, the fastest first; of the quick ones, those that noticed nothing yet."""
    found = baseline.touching(mutant.module, mutant.line if mutant.in_function else None)
    if mutant.in_function and not found:  # a continuation line: the trace names the statement's first line
        found = baseline.touching(mutant.module, None)
    if not mutant.in_function and not found:  # a table that only others read: every quick test may notice
        found = {test for test, seconds in baseline.seconds.items() if seconds < QUICK_SECONDS}

    def rank(test: str) -> tuple[bool, bool, float]:
        seconds = baseline.seconds.get(test, 0.0)
        return seconds > QUICK_SECONDS, test in useful, seconds

    return sorted(found, key=rank)


def _report(places: Places, files: dict[str, str], kept: _Kept, baseline: Any) -> int:
    judged: dict[str, list[dict[str, Any]]] = {module: [] for module in files.values()}
    total = 0
    for path, module in files.items():
        source = Path(path).read_text(encoding="utf-8")
        for mutant, _ in mutants.of(module, source):
            total += 1
            verdict = kept.verdicts.get(_key(mutant, source))
            if verdict:
                judged[module].append(verdict)
    survivors = [v for verdicts in judged.values() for v in verdicts if not v["killer"]]
    count = sum(map(len, judged.values()))
    score = round(100 * (count - len(survivors)) / max(1, count), 1)
    killers = Counter(v["killer"].rpartition("/")[2] for vs in judged.values() for v in vs if v["killer"])
    idle = _idle_rows(places, set(killers), baseline)
    for module, verdicts in judged.items():
        missed = sum(not v["killer"] for v in verdicts)
        print(f"  {module:<40} {len(verdicts) - missed:>4} of {len(verdicts):>4} noticed")
    print(f"{count - len(survivors)} of {count} judged mutants noticed: {score} % (goal {GOAL} %), {total} in all")
    print(f"rows of docs/eid/standards whose pure tests notice none: {len(idle)}")
    _write(places, judged, survivors, idle, {"count": total, "judged": count, "score": score})
    return 0 if count == total and score >= GOAL else 1


def _idle_rows(places: Places, killers: set[str], baseline: Any) -> list[str]:
    """Rows proven by pure tests only, none of which noticed a mutant: their tests may be too weak, or judge data."""
    pure = {test.rpartition("/")[2].replace(".py", "") for test in baseline.seconds}
    noticed = {killer.replace(".py", "") for killer in killers}
    return [
        f"{spec.spec} {row.section}: {', '.join(row.tests)}"
        for spec in standards.load(places.root)
        for row in spec.rows
        if row.tests and set(row.tests) <= pure and not set(row.tests) & noticed
    ]


def _write(places: Places, judged: Any, survivors: list[Any], idle: list[str], counts: dict[str, float]) -> None:
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=places.root, capture_output=True, text=True, check=False)
    result = {
        "name": "mutation",
        "commit": commit.stdout.strip(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "packages": list(PACKAGES),
        **counts,
        "goal": GOAL,
        "seed": 0,
        "modules": {m: {"judged": len(v), "noticed": sum(bool(x["killer"]) for x in v)} for m, v in judged.items()},
        "violations": [f"{v['module']}:{v['line']} {v['what']} {v['note']}".strip() for v in survivors],
        "rows_that_notice_none": idle,
    }
    path = places.root / "bench/results/prove-mutation.json"
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


__all__ = ["prove"]
