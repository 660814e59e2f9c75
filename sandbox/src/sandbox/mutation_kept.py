"""Verdicts about mutants that outlive a run: a module that did not change need not be judged again."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sandbox import standards
from sandbox.mutants import Mutant
from sandbox.places import Places


class Kept:
    """Verdicts by the mutant's name and its module's digest.

    A killed mutant stays killed; a survivor is tried again when any test changed. `suspected`: survived among loaded
    modules, to be judged anew. `notices`: tests that killed a mutant when they met it alone.
    """

    def __init__(self, places: Places, tests: str) -> None:
        self.path = places.root / ".motcua/prove-mutation.json"
        files = sorted((places.root / tests).rglob("*.py"))
        self.tests = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]
        self.verdicts: dict[str, dict[str, Any]] = {}
        self.again: set[str] = set()
        self.suspected: set[str] = set()
        self.notices: set[str] = set()
        self.read()

    def read(self) -> None:
        """Take what is stored."""
        stored: dict[str, Any] = json.loads(self.path.read_text()) if self.path.is_file() else {}
        same = stored.get("tests") == self.tests
        verdicts = stored.get("verdicts", {})
        self.again = set(stored.get("again", [])) | {key for key, said in verdicts.items() if not said["killer"]}
        self.verdicts = {key: said for key, said in verdicts.items() if same or said["killer"]}
        self.suspected = set(stored.get("suspected", []))
        if not same:
            self.again, self.suspected = self.again | self.suspected, set()
        self.notices = set(stored.get("notices", []))

    def save(self) -> None:
        """Store it all."""
        self.path.parent.mkdir(exist_ok=True)
        told = {"tests": self.tests, "verdicts": self.verdicts}
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
