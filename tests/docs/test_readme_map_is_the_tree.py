"""The README is one page, and its map is the tree: no folder of ours is missing, none is invented."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ABOUT_THE_WORKSHOP = {"requirements", "deploy"}  # locks and deployment papers: not on the map of what the product is


def section(title: str) -> str:
    """The text of one second-level section."""
    return re.split(r"^## ", README.split(f"## {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_every_member_is_on_the_map() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    missing = [member for member in settings["tool"]["motcua"]["members"] if f"]({member}/" not in section("The map")]
    assert missing == []


def test_every_folder_is_on_the_map() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    ours = {name for name in folders - ABOUT_THE_WORKSHOP if any((ROOT / name).rglob("*.*"))}
    assert {name for name in ours if name not in section("The map")} == set()


def test_the_map_leads_to_things_that_are_there() -> None:
    links = re.findall(r"\]\(([^)#]+)", section("The map"))
    assert len(links) > 8
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_readme_is_one_page() -> None:
    assert len(README.splitlines()) <= 80


def test_the_two_commands_are_verbs_of_the_command() -> None:
    said = set(re.findall(r"^\./motcua (\w+)", section("Two commands"), flags=re.MULTILINE))
    assert {"up", "test"} <= said
    assert (ROOT / "motcua").is_file()


def test_readme_has_a_picture_that_is_there() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert pictures
    assert [picture for picture in pictures if not (ROOT / picture).is_file()] == []
