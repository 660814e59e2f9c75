"""House rule 4: one typed, frozen settings object per system; nothing else reads the environment."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SYSTEMS = sorted(p.name for p in (ROOT / "systems").iterdir() if (p / "pyproject.toml").exists())
MAY_READ = {"settings.py", "cli.py", "app.py", "config.py", "wsgi.py"}


def reads_environment(path: Path) -> bool:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
            return True
        if (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and {"environ", "getenv"} & {a.name for a in node.names}
        ):
            return True
    return False


@pytest.mark.parametrize("system", SYSTEMS)
def test_only_the_door_reads_the_environment(system: str) -> None:
    source = ROOT / "systems" / system / "src"
    readers = [
        str(p.relative_to(ROOT)) for p in source.rglob("*.py") if p.name not in MAY_READ and reads_environment(p)
    ]
    assert not readers


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", ".env.example"])
def test_every_system_can_be_deployed_from_its_own_papers(system: str, page: str) -> None:
    assert len((ROOT / "systems" / system / page).read_text()) > 200
