"""Django names its friends in strings and SQL names tables: the layers hold there too (architecture section 3)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "systems/portal/src/portal"
# From the top down; an app may point to apps below it, never to its own row or above.
LAYERS = [{"desk", "campaign", "exchange"}, {"dossiers"}, {"catalogue", "store"}, {"sso"}, {"accounts"}, {"eid_login"}]
LEVEL = {app: level for level, row in enumerate(LAYERS) for app in row}
RELATION = re.compile(r"(ForeignKey|OneToOneField|ManyToManyField)$")


def strings_of_relations(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and RELATION.search(ast.unparse(node.func)):
            for argument in [*node.args[:1], *(k.value for k in node.keywords if k.arg == "to")]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and "." in argument.value:
                    found.append(argument.value.split(".")[0])
    return found


@pytest.mark.parametrize("app", sorted(LEVEL))
def test_string_foreign_keys_point_downwards(app: str) -> None:
    for path in (PORTAL / app).rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for target in strings_of_relations(path):
            assert target == app or LEVEL.get(target, 99) > LEVEL[app], f"{path}: {target}"


SYSTEMS = {
    "eid": ROOT / "systems/eid/src",
    "population": ROOT / "systems/population/src",
    "portal": ROOT / "systems/portal/src",
    "commune": ROOT / "systems/commune/src",
}


def tables(source: Path) -> set[str]:
    text = "\n".join(p.read_text() for p in [*source.rglob("*.sql"), *source.rglob("*.py")])
    return set(re.findall(r"create table (?:if not exists )?([a-z_.]+)", text, re.IGNORECASE))


def test_no_system_names_another_systems_database_or_settings() -> None:
    """A system that read another's tables would need its address: none has it."""
    for system, source in SYSTEMS.items():
        text = "\n".join(p.read_text() for p in source.rglob("*.py"))
        for other in SYSTEMS:
            if other != system:
                assert f"{other.upper()}_DATABASE_URL" not in text, (system, other)
                assert f"{other.upper()}_KEYS_DIR" not in text, (system, other)


def test_systems_share_no_table_definition() -> None:
    found = {name: tables(source) for name, source in SYSTEMS.items()}
    assert found["eid"]
    assert found["population"]


def test_installed_apps_are_the_portals_own_or_libraries() -> None:
    text = (PORTAL / "settings.py").read_text()
    for other in ("commune", "eid.", "population", "synthetic", "sandbox"):
        assert f'"{other}' not in text
