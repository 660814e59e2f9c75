"""A stored moment reaches the page with its zone: the day of UTC is yesterday until seven in the morning."""

from __future__ import annotations

from pathlib import Path

import pytest

import portal

TEMPLATES = sorted(Path(portal.__file__).parent.rglob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_takes_the_day_off_before_the_zone(template: Path) -> None:
    assert ".date()" not in template.read_text(encoding="utf-8")
