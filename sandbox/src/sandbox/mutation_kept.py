"""Verdicts about mutants that outlive a run: a module that did not change need not be judged again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from sandbox import standards
from sandbox.mutants import Mutant
from sandbox.mutation_run import Baseline
from sandbox.places import Places


class Kept:
    """Verdicts by the mutant's name and its module's digest.

    A killed mutant stays killed; a survivor is tried again when any test changed. `suspected`: survived among loaded
    modules, to be judged anew. `notices`: tests that killed a mutant when they met it alone.
    """

    def __init__(self, places: Places, tests: str) -> None:
        self.path = places.root / ".motcua/prove-mutation.json"
        self._watched = self.path.with_name("prove-mutation-lines.json")
        files = sorted((places.root / tests).rglob("*.py"))
        self.tests = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]
        self.verdicts: dict[str, dict[str, Any]] = {}
        self.again: set[str] = set()
        self.suspected: set[str] = set()
        self.notices: set[str] = set()
        self.read()
        #: Known before the first run with these tests. What runs with them add is a random sample of the rest, those
        #: that survived before first; only that part may be scaled.
        self.carried = frozenset(self._stored().get("carried", self.verdicts) if self._same else self.verdicts)

    def _stored(self) -> dict[str, Any]:
        stored: dict[str, Any] = json.loads(self.path.read_text()) if self.path.is_file() else {}
        return stored

    def read(self) -> None:
        """Take what is stored."""
        stored = self._stored()
        self._same = same = stored.get("tests") == self.tests
        verdicts = stored.get("verdicts", {})
        self.again = set(stored.get("again", [])) | {key for key, said in verdicts.items() if not said["killer"]}
        self.verdicts = {key: said for key, said in verdicts.items() if same or said["killer"]}
        self.suspected = set(stored.get("suspected", []))
        if not same:
            self.again, self.suspected = self.again | self.suspected, set()
        self.notices = set(stored.get("notices", []))

    def baseline(self, files: dict[str, str]) -> Baseline | None:
        """What the tests ran on the untouched modules, if neither they nor the modules changed since."""
        stored: dict[str, Any] = json.loads(self._watched.read_text()) if self._watched.is_file() else {}
        if stored.get("of") != self._digest(files):
            return None
        lines = {m: {int(n): set(tests) for n, tests in found.items()} for m, found in stored["lines"].items()}
        return Baseline(stored["seconds"], lines)

    def keep_baseline(self, files: dict[str, str], baseline: Baseline) -> None:
        """Keep it for the next run."""
        lines = {m: {n: sorted(tests) for n, tests in found.items()} for m, found in baseline.lines.items()}
        self.path.parent.mkdir(exist_ok=True)
        self._watched.write_text(json.dumps({"of": self._digest(files), "seconds": baseline.seconds, "lines": lines}))

    def _digest(self, files: dict[str, str]) -> str:
        sources = b"\0".join(Path(path).read_bytes() for path in sorted(files))
        return f"{self.tests}:{hashlib.sha256(sources).hexdigest()[:16]}"

    def save(self) -> None:
        """Store it all."""
        self.path.parent.mkdir(exist_ok=True)
        told = {"tests": self.tests, "verdicts": self.verdicts, "carried": sorted(self.carried)}
        sets = {"again": self.again - set(self.verdicts), "suspected": self.suspected, "notices": self.notices}
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(told | {name: sorted(found) for name, found in sets.items()}))
        draft.replace(self.path)

    def decide(self, mutant: Mutant, key: str, killer: str, note: str) -> None:
        """Keep one verdict; `killer` is empty for a survivor."""
        self.suspected.discard(key)
        self.verdicts[key] = {
            "module": mutant.module,
            "line": mutant.line,
            "what": mutant.what,
            "killer": killer,
            "note": note,
        }

    def useful(self) -> set[str]:
        """Tests (`test_file::test_name`) that noticed any mutant."""
        killers = {standards.reference(said["killer"]) for said in self.verdicts.values() if "::" in said["killer"]}
        return killers | self.notices
