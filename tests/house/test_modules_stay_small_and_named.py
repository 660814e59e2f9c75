"""House rules 1-3: sizes, opening words, names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path
    for pattern in ("*/src/**/*.py", "systems/*/src/**/*.py")
    for path in ROOT.glob(pattern)
    if "migrations" not in path.parts and "node_modules" not in path.parts
)
TESTS = sorted(
    p for pattern in ("*/tests/**/*.py", "systems/*/tests/**/*.py", "tests/**/*.py") for p in ROOT.glob(pattern)
)
FORBIDDEN = {"utils", "helpers", "common", "core", "misc", "base", "manager", "managers", "services"}
LARGEST_MODULE, LARGEST_FUNCTION, LARGEST_TEST = 400, 60, 600

# Exceptions, each with its reason.
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_modules_have_at_most_400_lines() -> None:
    long = {name(p): n for p in SOURCES if (n := len(p.read_text().splitlines())) > LARGEST_MODULE}
    assert set(long) <= set(LONG_MODULES), long


def test_test_files_have_at_most_600_lines() -> None:
    assert not {name(p): n for p in TESTS if (n := len(p.read_text().splitlines())) > LARGEST_TEST}


def test_functions_have_at_most_60_lines() -> None:
    long = {f"{name(p)}::{f}": n for p in SOURCES for f, n in functions(p) if n > LARGEST_FUNCTION}
    assert set(long) <= set(LONG_FUNCTIONS), long


def test_every_package_says_what_it_owns() -> None:
    silent = [name(p) for p in SOURCES if p.name == "__init__.py" and not ast.get_docstring(ast.parse(p.read_text()))]
    assert not silent


def test_every_module_opens_with_a_docstring() -> None:
    silent = [name(p) for p in SOURCES if p.name != "__init__.py" and not ast.get_docstring(ast.parse(p.read_text()))]
    assert not silent


def test_no_drawer_names() -> None:
    drawers = [name(p) for p in SOURCES if p.stem in FORBIDDEN or FORBIDDEN & set(p.relative_to(ROOT).parts[:-1])]
    assert not drawers


def test_public_functions_have_docstrings_and_types() -> None:
    # mypy --strict holds the types; here only that a public module-level function says what it does.
    silent = []
    for path in SOURCES:
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
                continue
            if not ast.get_docstring(node) and not _is_a_route(node, path):
                silent.append(f"{name(path)}::{node.name}")
    assert not silent, silent


def _is_a_route(node: ast.FunctionDef | ast.AsyncFunctionDef, path: Path) -> bool:
    # A handler's promise stands in its URL and in its tests; `main` is the command itself.
    arguments = [a.arg for a in node.args.args]
    return node.name == "main" or "request" in arguments[:1] or "views" in path.parts or node.name == "view"


@pytest.mark.parametrize(("package", "lines"), [("kernel", 900), ("wire", 660)])
def test_shared_packages_stay_tiny(package: str, lines: int) -> None:
    assert sum(len(p.read_text().splitlines()) for p in (ROOT / package / "src").rglob("*.py")) <= lines
