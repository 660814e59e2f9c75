"""`motcua prove mutation`: how many small wrongs in the protocol's rules the fast tests notice.

Each mutant (see mutants.py) of oidc/ grants/ tokens/ clients/ takes the place of the sound code, and the pure tests
that run the changed line are run until one fails. Mutants inside functions are judged in a process that has loaded
everything (mutation_loaded.py); those of tables and constants, and whatever seems to survive there, in one that loads
the e-ID anew (mutation_run.judge). Resumable: what was judged with these sources and tests is kept in
`.motcua/prove-mutation.json` and not judged again.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox import mutants, mutation_report, standards
from sandbox.mutation_kept import Kept
from sandbox.places import Fault, Places

if TYPE_CHECKING:
    import ast

    from sandbox.mutation_run import Baseline

SOURCES = Path("systems/eid/src")
PACKAGES = ("oidc", "grants", "tokens", "clients")
TESTS = "systems/eid/tests"
WORKERS = 2
QUICK_SECONDS = 0.3
CLOSEST = 6  # files of tests that a mutant meets first: each file costs its loading
OF_LOADED = 0.5  # share of the time for mutants inside functions; the others cost several times as much each
OF_ANEW = 0.8  # share of what is left for the others; then tests that killed nothing yet get their chance
CHANCES = 40  # mutants that a test of a standards row may meet alone before it is said to notice none


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
    equivalent = mutation_report.Equivalent.load(places.root)
    print(f"the pure tests with {len(files)} untouched modules", flush=True)
    kept = Kept(places, TESTS)
    baseline = kept.baseline(files) or mutation_run.watch(places.root, TESTS, files)
    if baseline.failed:
        raise Fault("a pure test fails without any mutant: " + ", ".join(baseline.failed[:5]))
    print(f"{len(baseline.seconds)} pure tests in {sum(baseline.seconds.values()):.0f} s (watched)", flush=True)
    kept.keep_baseline(files, baseline)
    proof = _Proof(places, files, baseline, kept, until)
    proof.judge_loaded()
    proof.judge_anew()
    proof.give_idle_tests_a_chance()
    return mutation_report.report(places, proof.entries(), proof.kept, baseline, equivalent, packages=PACKAGES)


def _modules(root: Path, only: str) -> dict[str, str]:
    """The judged modules: file -> dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((root / SOURCES / "eid" / package).glob("*.py")):
            name = path.relative_to(root / SOURCES).with_suffix("").as_posix()
            if path.name != "__init__.py" and only in name:
                found[str(path)] = name.replace("/", ".")
    return found


@dataclass(frozen=True)
class Placed:
    """A mutant in the module as it is now. `key` names it for good: the module's digest is in it."""

    mutant: mutants.Mutant
    tree: Callable[[], ast.Module]
    path: Path
    source: str

    @property
    def key(self) -> str:
        """Its name among all verdicts."""
        return f"{self.mutant.key}:{hashlib.sha256(self.source.encode()).hexdigest()[:12]}"


class _Proof:
    """One run: what there is to judge, what judges it, what is known."""

    def __init__(
        self, places: Places, files: dict[str, str], baseline: Baseline, kept: Kept, until: float
    ) -> None:  # fmt: skip
        self.places, self.files, self.baseline, self.kept, self.until = places, files, baseline, kept, until
        self._texts: dict[str, str] = {}  # file of tests -> what stands in it
        self._ran: dict[str, Counter[str]] = {}  # file of tests -> lines that it ran of each module

    def entries(self) -> list[Placed]:
        """Every mutant of the judged modules."""
        return [
            Placed(mutant, tree, Path(path), source)
            for path, module in self.files.items()
            for source in [Path(path).read_text(encoding="utf-8")]
            for mutant, tree in mutants.of(module, source)
        ]

    def _waiting(self, belongs: Callable[[Placed], bool]) -> list[Placed]:
        """What is to judge, taken from the end: what survived before, then in the order of a fair sample.

        A run that is cut short must not count the killed of earlier runs alone.
        """
        found = [entry for entry in self.entries() if entry.key not in self.kept.verdicts and belongs(entry)]
        random.Random(0).shuffle(found)
        return sorted(found, key=lambda entry: entry.key in self.kept.again)

    def judge_loaded(self) -> None:
        """Mutants in functions. One that seems to survive is only suspected: its harm may come at loading time."""
        waiting = {e.key: e for e in self._waiting(lambda e: e.mutant.in_function and e.key not in self.kept.suspected)}
        chosen = {}
        for key, entry in waiting.items():
            chosen[key] = self._tests_for(entry.mutant)
            if not chosen[key]:
                self.kept.decide(entry.mutant, key, "", "no pure test runs this line")

        def decide(key: str, told: dict[str, Any]) -> None:
            killer = _killer(told)
            if killer:
                self.kept.decide(waiting[key].mutant, key, killer, "")
            else:
                self.kept.suspected.add(key)

        print(f"{len(waiting)} mutants in functions to judge, {len(self.kept.verdicts)} judged before", flush=True)
        now = time.monotonic()
        until = now + OF_LOADED * (self.until - now)
        self._run_loaded([(key, waiting[key], tests) for key, tests in chosen.items() if tests], decide, until)

    def _run_loaded(
        self, trials: list[tuple[str, Placed, list[str]]], decide: Callable[[str, dict[str, Any]], None], until: float
    ) -> None:
        from sandbox import mutation_loaded

        if not trials or time.monotonic() > until:
            return
        began, done = time.monotonic(), 0
        voice = os.dup(1)  # a child's own words go nowhere

        def heard(key: str, told: dict[str, Any]) -> None:
            nonlocal done
            done += 1
            decide(key, told)
            if done % 100 == 0 or done == len(trials):
                self.kept.save()
                os.write(voice, f"  {done} of {len(trials)} judged ({time.monotonic() - began:.0f} s)\n".encode())

        made = [mutation_loaded.Trial(key, e.path, e.source, e.tree, tests) for key, e, tests in trials]
        self.kept.save()
        mutation_loaded.judge(self.places.root, TESTS, made, heard, self.kept.save, until=until, workers=WORKERS).wait()
        os.close(voice)
        self.kept.read()  # the child wrote what it judged

    def judge_anew(self) -> None:
        """Mutants of what runs at loading time, and suspected survivors: each in a process that loads the e-ID."""
        from sandbox import mutation_run

        waiting = self._waiting(lambda e: not e.mutant.in_function or e.key in self.kept.suspected)
        print(f"{len(waiting)} mutants to judge with the e-ID loaded anew", flush=True)
        busy: list[tuple[Any, Placed]] = []
        began, done = time.monotonic(), 0
        until = began + OF_ANEW * (self.until - began)
        while busy or (waiting and time.monotonic() < until):
            while waiting and len(busy) < WORKERS and time.monotonic() < until:
                entry = waiting.pop()
                rounds = self._closest_first(entry.mutant.module, self._tests_for(entry.mutant))
                child = mutation_run.judge(self.places.root, entry.mutant.module, entry.path, entry.tree(), rounds)
                busy.append((child, entry))
            for child, entry in list(busy):
                told = child.poll()
                if told is None:
                    continue
                busy.remove((child, entry))
                self.kept.decide(entry.mutant, entry.key, _killer(told), "")
                done += 1
                if done % 25 == 0:
                    self.kept.save()
                    print(f"  {done} judged, {len(waiting)} to go ({time.monotonic() - began:.0f} s)", flush=True)
            time.sleep(0.005)
        self.kept.save()

    def _tests_for(self, mutant: mutants.Mutant) -> list[str]:
        """Tests that run the line, the fastest first; of the quick ones, those that noticed nothing yet."""
        found = self.baseline.touching(mutant.module, mutant.line if mutant.in_function else None)
        if mutant.in_function and not found:  # a continuation line: the trace names the statement's first line
            found = self.baseline.touching(mutant.module, None)
        if not mutant.in_function:  # a table is read without a line of its module being run
            quick = {test for test, seconds in self.baseline.seconds.items() if seconds < QUICK_SECONDS}
            found = found | {test for test in quick if self._names(test, mutant.module)} if found else quick
        useful = self.kept.useful()

        def rank(test: str) -> tuple[bool, bool, float]:
            seconds = self.baseline.seconds.get(test, 0.0)
            return seconds > QUICK_SECONDS, standards.reference(test) in useful, seconds

        return sorted(found, key=rank)

    def _names(self, test: str, module: str) -> bool:
        """Whether the file of a test speaks of a module by its name."""
        file = _file(test)
        if file not in self._texts:
            self._texts[file] = (self.places.root / file).read_text(encoding="utf-8")
        return re.search(rf"\b{module.rpartition('.')[2]}\b", self._texts[file]) is not None

    def _closest_first(self, module: str, tests: list[str]) -> list[list[str]]:
        """Two rounds: tests of the files that killed most in this module or are most about it, then all others."""
        if not self._ran:
            for name, lines in self.baseline.lines.items():
                for file in (file for ran in lines.values() for file in {_file(test) for test in ran}):
                    self._ran.setdefault(file, Counter())[name] += 1
        kills = Counter(_file(said["killer"]) for said in self.kept.verdicts.values() if said["module"] == module)

        def distance(file: str) -> tuple[int, float]:
            ran = self._ran.get(file, Counter())
            return -kills[file], -ran[module] / (1 + ran.total())

        near = set(sorted({_file(test) for test in tests}, key=distance)[:CLOSEST])
        rounds = [[test for test in tests if (_file(test) in near) is first] for first in (True, False)]
        return [tests for tests in rounds if tests]

    def give_idle_tests_a_chance(self) -> None:
        """Tests that prove a requirement and killed nothing, because others came first, meet some mutants alone."""
        useful = self.kept.useful()
        named = {test for spec in standards.load(self.places.root) for row in spec.rows for test in row.tests} - useful
        lines: dict[str, set[tuple[str, int]]] = {}
        items: dict[str, set[str]] = {}
        for module, ran in self.baseline.lines.items():
            for line, tests in ran.items():
                for test in tests:
                    if (name := standards.reference(test)) in named:
                        lines.setdefault(name, set()).add((module, line))
                        items.setdefault(name, set()).add(test)
        everything = [entry for entry in self.entries() if entry.mutant.in_function]
        random.Random(0).shuffle(everything)
        trials = []
        for name, touched in sorted(lines.items()):
            met = [e for e in everything if (e.mutant.module, e.mutant.line) in touched][:CHANCES]
            trials += [(f"{name} {number}", entry, sorted(items[name])) for number, entry in enumerate(met)]

        def decide(key: str, told: dict[str, Any]) -> None:
            if _killer(told):
                self.kept.notices.add(key.partition(" ")[0])

        print(f"{len(lines)} tests of requirements killed nothing yet: {len(trials)} trials of their own", flush=True)
        random.Random(0).shuffle(trials)
        self._run_loaded(trials, decide, self.until)


def _file(test: str) -> str:
    return test.partition("::")[0]


def _killer(told: dict[str, Any]) -> str:
    """What noticed the mutant: a test, or that nothing worked any more; empty when it survived."""
    if told.get("late") or told.get("died"):
        return "too long" if told.get("late") else "died"
    failed: list[str] = told.get("failed") or [""]
    return failed[0]


__all__ = ["prove"]
