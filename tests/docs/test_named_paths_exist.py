"""Documents name files of this tree: each path in backticks, and each link, must lead to something."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "systems/*/README.md", "design/README.md")
    for page in ROOT.glob(pattern)
)
FOLDERS = sorted(path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("."))
CODE_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)\s#]+)(?:#[^)]*)?\)")
BACKTICKS = re.compile(r"`([^`\s]+)`")
ENDING = re.compile(r"\.(py|md|toml|sh|txt|yml|example|scss|css|svg)$")
# Files that a run makes: named in documents, not in the tree.
MADE = ("bench/results/", "design/src/design/static/built/", ".venv", ".motcua")


def relative(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _exists(named: str, page: Path) -> bool:
    """A path is read from the root, from the page's folder, or as a module of the page's system."""
    starts = [ROOT, page.parent, *page.parent.glob("src/*")]
    return any(list(start.glob(named)) if "*" in named else (start / named).exists() for start in starts)


def _is_a_path(word: str) -> bool:
    """A path from a folder of the root, such as `docs/decisions/`; not a route, a type or a name with a hole in it."""
    top, slash, _ = word.partition("/")
    if not slash or top not in FOLDERS or any(character in word for character in "{}<>…,=:$|@()'\""):
        return False
    return bool(ENDING.search(word)) or word.endswith("/") or top in {"systems", "docs"}


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_somewhere(page: Path) -> None:
    lost = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_paths_in_backticks_exist(page: Path) -> None:
    text = CODE_BLOCK.sub("", page.read_text(encoding="utf-8"))
    named = [word for word in BACKTICKS.findall(text) if _is_a_path(word) and not word.startswith(MADE)]
    assert [word for word in named if not _exists(word, page)] == []


def test_the_pages_that_the_project_promises_are_there() -> None:
    for page in (
        "README.md",
        "LICENSE",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "publiccode.yml",
        "docs/architecture.md",
        "docs/interfaces.md",
        "docs/glossary.md",
        "docs/journeys/link-an-old-account.md",
    ):
        assert (ROOT / page).is_file(), page


def test_the_journey_names_the_files_it_passes() -> None:
    journeys = sorted((ROOT / "docs/journeys").glob("*.md"))
    assert journeys
    for journey in journeys:
        text = journey.read_text(encoding="utf-8")
        named: list[str] = re.findall(r"systems/[\w/.-]+\.py", text)
        assert len(named) >= 5, f"{relative(journey)} names too few files to be followed"
        assert [word for word in named if not (ROOT / word).is_file()] == []
