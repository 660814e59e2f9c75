"""`python -m sandbox.standards`: the tables of requirements in docs/eid/standards become pages.

Each table is a TOML file, one for each spec: rows of a section, a requirement in our own words, and what proves it:
the names of tests (`test_file::test_name`), `open`, or `not ours: why`.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sandbox.places import Fault, Places

FOLDER = Path("docs/eid/standards")
INDEX = Path("docs/eid/standards.md")
TESTS = Path("systems/eid/tests")
PROVEN, OPEN, NOT_OURS = "proven", "open", "not ours"


@dataclass(frozen=True)
class Row:
    """One requirement. `tests` are `test_file::test_name`; `reason` says why it is not ours."""

    section: str
    requirement: str
    tests: tuple[str, ...] = ()
    reason: str = ""

    @property
    def state(self) -> str:
        """PROVEN, OPEN or NOT_OURS."""
        return PROVEN if self.tests else NOT_OURS if self.reason else OPEN


@dataclass(frozen=True)
class Spec:
    """One spec and its rows; `name` is the file's."""

    name: str
    spec: str
    title: str
    rows: tuple[Row, ...]
    note: str = ""

    def counts(self) -> Counter[str]:
        """Rows by state."""
        return Counter(row.state for row in self.rows)


def load(root: Path) -> list[Spec]:
    """All specs, by file name. Raises Fault for a row that says nothing or two things at once."""
    return [_spec(path) for path in sorted((root / FOLDER).glob("*.toml"))]


def _spec(path: Path) -> Spec:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Spec(
        path.stem, table["spec"], table["title"], tuple(_row(path, row) for row in table["rows"]), table.get("note", "")
    )


def _row(path: Path, row: list[str]) -> Row:
    section, requirement, *proofs = row
    if proofs == ["open"]:
        return Row(section, requirement)
    if len(proofs) == 1 and proofs[0].startswith("not ours: "):
        return Row(section, requirement, reason=proofs[0].removeprefix("not ours: "))
    if proofs and all(proof.count("::") == 1 for proof in proofs):
        return Row(section, requirement, tests=tuple(proofs))
    raise Fault(f"{path.name} {section}: name tests, or say 'open' or 'not ours: why'")


def known_tests(root: Path) -> set[str]:
    """Every test of the e-ID's suite, as `test_file::test_name`."""
    found = set()
    for path in sorted((root / TESTS).rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found.add(f"{path.stem}::{node.name}")
            elif isinstance(node, ast.Assign):  # a Hypothesis state machine: TestX = Machine.TestCase
                names = [t.id for t in node.targets if isinstance(t, ast.Name) and t.id.startswith("Test")]
                found.update(f"{path.stem}::{name}" for name in names)
    return found


def reference(nodeid: str) -> str:
    """How a row names a test: pytest's node id without folder, ending, class and parameters."""
    path, _, name = nodeid.partition("[")[0].partition("::")
    return f"{Path(path).stem}::{name.rpartition('::')[2]}"


def pages(root: Path) -> dict[Path, str]:
    """What stands in each page, by its path from the root."""
    specs = load(root)
    made = {FOLDER / f"{spec.name}.md": _page(spec) for spec in specs}
    made[INDEX] = _index(specs)
    return made


def _page(spec: Spec) -> str:
    counts = spec.counts()
    lines = [f"# {spec.spec}: {spec.title}", ""]
    lines += [spec.note, ""] if spec.note else []
    lines += [
        f"{counts[PROVEN]} proven, {counts[OPEN]} open, {counts[NOT_OURS]} not ours. Made from `{spec.name}.toml`.",
        "",
        "| section | what is required | proof |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {row.section} | {row.requirement} | {_proof(row)} |" for row in spec.rows]
    return "\n".join(lines) + "\n"


def _proof(row: Row) -> str:
    if row.tests:
        return "<br>".join(f"{file}.py::{name}" for file, name in (test.split("::") for test in row.tests))
    return f"not ours: {row.reason}" if row.reason else "**open**"


def _index(specs: list[Spec]) -> str:
    """The list of specs. No counts here: two branches that prove different specs would meet in every line."""
    lines = [
        "# What the specs require of the e-ID provider, and the test of each requirement",
        "",
        "Every MUST, SHALL and REQUIRED that a spec lays on an OpenID provider or authorization server is a row:",
        "its section, the requirement in our own words, and the test that proves it (in `systems/eid/tests/`), or",
        "why it is not ours. Open means: not proven yet. The tables are `docs/eid/standards/*.toml`;",
        "`python -m sandbox.standards` makes the pages and counts; a test compares them.",
        "",
        "| spec | title |",
        "| --- | --- |",
    ]
    lines += [f"| [{spec.spec}](standards/{spec.name}.md) | {spec.title} |" for spec in specs]
    return "\n".join(lines) + "\n"


def counts(specs: list[Spec]) -> str:
    """All rows by state, in one line."""
    total: Counter[str] = Counter()
    for spec in specs:
        total += spec.counts()
    return f"requirements: {total[PROVEN]} proven, {total[OPEN]} open, {total[NOT_OURS]} not ours"


def main() -> int:
    """Write the pages; say how many rows are open."""
    root = Places.default().root
    for path, text in pages(root).items():
        (root / path).write_text(text, encoding="utf-8")
    unknown = sorted({test for spec in load(root) for row in spec.rows for test in row.tests} - known_tests(root))
    for test in unknown:
        print(f"no such test: {test}")
    print(counts(load(root)))
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
