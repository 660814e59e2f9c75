"""Every `# guard: id` in a source stands in a guards table, and every row of a table stands in its source."""

from __future__ import annotations

import re
from pathlib import Path

from sandbox.guards import load

ROOT = Path(__file__).resolve().parents[2]


def test_each_row_finds_its_snippet_once_and_its_test() -> None:
    guards = load(ROOT)
    assert guards
    for guard in guards:
        path, _, function = guard.test.partition("::")
        assert (ROOT / path).is_file(), guard
        if function:
            assert re.search(
                rf"def {re.escape(function.split('[')[0].split('::')[-1])}\b", (ROOT / path).read_text()
            ), guard


def test_each_guard_in_a_source_is_listed() -> None:
    listed = {guard.id for guard in load(ROOT)}
    found = {
        match
        for path in [*ROOT.glob("*/src/**/*.py"), *ROOT.glob("systems/*/src/**/*.py")]
        for match in re.findall(r"#\s*guard: ([a-z0-9-]+)", path.read_text())
    }
    assert found - listed == set()
