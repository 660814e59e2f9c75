"""Compiled templates survive a restart, follow their source, and are not taken from a folder that others may write."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from design.bytecode import kept_templates

OPTIONS: dict[str, object] = {"autoescape": True}


def draw(source: str, root: Path) -> str:
    cache = kept_templates(OPTIONS, root)
    assert cache is not None
    env = Environment(loader=DictLoader({"page.html": source}), autoescape=True, bytecode_cache=cache)
    return env.get_template("page.html").render()


def test_a_changed_template_is_drawn_anew(tmp_path: Path) -> None:
    assert draw("one", tmp_path) == "one"
    assert len(list(tmp_path.rglob("*.cache"))) == 1
    assert draw("one", tmp_path) == "one"
    assert draw("two", tmp_path) == "two"


def test_other_options_have_another_folder(tmp_path: Path) -> None:
    kept_templates(OPTIONS, tmp_path)
    kept_templates(OPTIONS | {"trim_blocks": True}, tmp_path)
    assert len(list((tmp_path / "templates").iterdir())) == 2


def test_a_folder_that_others_may_write_is_not_used(tmp_path: Path) -> None:
    assert kept_templates(OPTIONS, tmp_path) is not None
    for folder in (tmp_path / "templates").iterdir():
        folder.chmod(0o777)
    assert kept_templates(OPTIONS, tmp_path) is None


def test_no_folder_costs_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert kept_templates(OPTIONS, blocked) is None
