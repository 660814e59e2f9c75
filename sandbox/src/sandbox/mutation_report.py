"""What `motcua prove mutation` tells: the score, the survivors, the requirements whose tests notice nothing."""

from __future__ import annotations

import json
import math
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox import proof_results, standards
from sandbox.mutation_kept import Kept
from sandbox.places import Fault, Places

if TYPE_CHECKING:
    from sandbox.mutation import Placed
    from sandbox.mutation_run import Baseline

GOAL = 85.0
EQUIVALENT = Path("systems/eid/equivalent-mutants.toml")


@dataclass(frozen=True)
class Equivalent:
    """Mutants that change nothing anybody can see: (module, text of the line, what) -> why."""

    reasons: dict[tuple[str, str, str], str]

    @classmethod
    def load(cls, root: Path) -> Equivalent:
        """The list of the e-ID. Raises Fault for an entry without a reason."""
        table = tomllib.loads((root / EQUIVALENT).read_text(encoding="utf-8"))
        reasons = {}
        for entry in table.get("equivalent", []):
            if not entry.get("why"):
                raise Fault(f"{EQUIVALENT}: {entry} does not say why")
            reasons[entry["module"], entry["line"].strip(), entry["what"]] = entry["why"]
        return cls(reasons)

    def key(self, entry: Placed) -> tuple[str, str, str]:
        """How the list names a mutant."""
        mutant = entry.mutant
        return mutant.module, entry.source.splitlines()[mutant.line - 1].strip(), mutant.what


def report(
    places: Places, entries: list[Placed], kept: Kept, baseline: Baseline, equivalent: Equivalent, *,
    packages: Sequence[str],
) -> int:  # fmt: skip
    """Prints, writes bench/results/prove-mutation.json; 0 when all are judged and the goal is met."""
    met = {equivalent.key(entry) for entry in entries}
    judged_modules = {entry.mutant.module for entry in entries}
    stale = [key for key in equivalent.reasons if key not in met and key[0] in judged_modules]
    counted = [entry for entry in entries if equivalent.key(entry) not in equivalent.reasons]
    kinds = [_Stratum(name, [e for e in counted if e.mutant.in_function is inside], kept) for name, inside in _KINDS]
    score, margin = _score([part for kind in kinds for part in kind.parts()])
    modules: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    survivors = []
    for entry in counted:
        said = kept.verdicts.get(entry.key)
        if said or entry.key in kept.suspected:
            killer = bool(said and said["killer"])
            modules[entry.mutant.module][0] += 1
            modules[entry.mutant.module][1] += killer
            if not killer:
                note = said["note"] if said else "suspected only"
                survivors.append(f"{entry.mutant.module}:{entry.mutant.line} {entry.mutant.what} {note}".strip())
    for module, (judged, noticed) in modules.items():
        print(f"  {module:<40} {noticed:>4} of {judged:>4} noticed")
    for stratum in kinds:
        print(f"  {stratum.name}: {stratum.noticed} of {stratum.judged} judged noticed, {stratum.total} in all")
    judged, noticed = sum(s.judged for s in kinds), sum(s.noticed for s in kinds)
    complete = judged == len(counted)
    print(f"{noticed} of {judged} judged mutants noticed, {len(counted)} in all: {score} % (goal {GOAL} %)", end="")
    print("" if complete else f", ± {margin} (95 %, a random sample)")
    print(f"{len(entries) - len(counted)} more are equivalent, each with its reason in {EQUIVALENT}")
    idle, elsewhere, unseen = _idle_rows(places, kept, baseline)
    print(f"requirements: {len(idle)} whose pure tests notice no mutant, {elsewhere} proven in other modules,", end=" ")
    print(f"{unseen} against a running provider")
    for key in stale:
        print(f"{EQUIVALENT} names a mutant that is not there: {key}")
    result = {
        "count": len(counted), "judged": judged, "noticed": noticed, "score": score,
        "margin": 0.0 if complete else margin, "goal": GOAL, "seed": 0, "equivalent": len(entries) - len(counted),
        "modules": {name: {"judged": n, "noticed": k} for name, (n, k) in sorted(modules.items())},
        "violations": survivors, "rows_that_notice_none": idle, "rows_of_other_modules": elsewhere,
        "rows_proven_by_running": unseen,
    }  # fmt: skip
    if len(judged_modules) > 1 or not (places.root / RESULT).exists():  # a look at one module is no proof
        _write(places, {"name": "mutation", **proof_results.when(places), "packages": list(packages), **result})
    return 0 if complete and score >= GOAL and not stale else 1


RESULT = Path("bench/results/prove-mutation.json")
_KINDS = (("inside functions", True), ("tables and constants", False))


class _Stratum:
    """Some mutants, of which a part was judged."""

    def __init__(self, name: str, entries: list[Placed], kept: Kept) -> None:
        self.name, self.total = name, len(entries)
        self._entries, self._kept = entries, kept
        said = [kept.verdicts.get(entry.key) for entry in entries]
        self.judged = sum(bool(verdict) for verdict in said) + sum(entry.key in kept.suspected for entry in entries)
        self.noticed = sum(bool(verdict and verdict["killer"]) for verdict in said)

    def parts(self) -> tuple[_Stratum, _Stratum]:
        """What was known before this run, whole, and the rest, of which the run judged a random part.

        Apart, because of earlier runs the killed outlive a change of the tests, and the survivors do not.
        """
        old = [entry for entry in self._entries if entry.key in self._kept.carried]
        new = [entry for entry in self._entries if entry.key not in self._kept.carried]
        return _Stratum(self.name, old, self._kept), _Stratum(self.name, new, self._kept)

    @property
    def share(self) -> float:
        return self.noticed / self.judged if self.judged else 0.0


def _score(strata: list[_Stratum]) -> tuple[float, float]:
    """Percent noticed, each part weighted with its size, and half the width of the 95 % interval.

    A part of which nothing was judged says nothing: it is left out here, and the counts are printed.
    """
    strata = [stratum for stratum in strata if stratum.judged]
    total = max(1, sum(stratum.total for stratum in strata))
    score = sum(stratum.total * stratum.share for stratum in strata) / total
    variance = sum(
        (s.total / total) ** 2 * s.share * (1 - s.share) / s.judged * (1 - s.judged / s.total) for s in strata
    )
    return round(100 * score, 1), round(196 * math.sqrt(variance), 1)


def _idle_rows(places: Places, kept: Kept, baseline: Baseline) -> tuple[list[str], int, int]:
    """Rows proven by pure tests only, none of which noticed a mutant: weak tests. And how many rows are proven by pure
    tests that run no judged line, or by tests that need a running provider, which meet no mutant here."""
    pure = {standards.reference(test) for test in baseline.seconds}
    ran = {standards.reference(test) for lines in baseline.lines.values() for tests in lines.values() for test in tests}
    useful = kept.useful()
    rows = [(spec, row) for spec in standards.load(places.root) for row in spec.rows if row.tests]
    idle = [
        f"{spec.spec} {row.section}: {', '.join(row.tests)}"
        for spec, row in rows
        if set(row.tests) <= pure and set(row.tests) & ran and not set(row.tests) & useful
    ]
    elsewhere = sum(set(row.tests) <= pure and not set(row.tests) & (ran | useful) for _, row in rows)
    return idle, elsewhere, sum(not set(row.tests) <= pure and not set(row.tests) & useful for _, row in rows)


def _write(places: Places, result: dict[str, Any]) -> None:
    (places.root / RESULT).write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
