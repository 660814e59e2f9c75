"""publiccode.yml reads as YAML and has what version 0.4 of the standard requires."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIRED = [
    "publiccodeYmlVersion", "name", "url", "releaseDate", "developmentStatus", "softwareType", "platforms",
    "categories", "description", "legal", "maintenance", "localisation",
]  # fmt: skip
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}
MAINTENANCE = {"internal", "contract", "community", "none"}


def _reader() -> Any:
    spec = importlib.util.spec_from_file_location("plain_yaml", Path(__file__).parent / "plain_yaml.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


plain_yaml = _reader()


@pytest.fixture(scope="module")
def code() -> dict[str, Any]:
    found: dict[str, Any] = plain_yaml.load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    return found


def test_required_keys_are_there(code: dict[str, Any]) -> None:
    assert [key for key in REQUIRED if not code.get(key)] == []
    assert code["publiccodeYmlVersion"] == "0.4"
    assert code["developmentStatus"] in STATUSES
    assert date.fromisoformat(code["releaseDate"])


def test_both_languages_describe_it(code: dict[str, Any]) -> None:
    assert set(code["description"]) == {"vi", "en"}
    for words in code["description"].values():
        assert 0 < len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000
        assert all(0 < len(feature) <= 100 for feature in words["features"])
        assert 0 < len(words["genericName"]) <= 60


def test_licence_is_the_one_in_the_tree(code: dict[str, Any]) -> None:
    assert code["legal"]["license"] == "Apache-2.0"
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence
    assert len(licence.splitlines()) > 190


def test_somebody_can_be_asked(code: dict[str, Any]) -> None:
    assert code["maintenance"]["type"] in MAINTENANCE
    assert all("@" in contact["email"] and contact["name"] for contact in code["maintenance"]["contacts"])


def test_languages_are_those_that_we_ship(code: dict[str, Any]) -> None:
    from design.page_request import LANGUAGES

    assert set(code["localisation"]["availableLanguages"]) == set(LANGUAGES)


@pytest.mark.parametrize(
    "broken",
    ["a: 1\na: 2\n", "a: [1]\n", "a:\n    b: 1\n", "a: b: c\n", "- a\nb: 1\n", "a: &x 1\n", 'a: "1\n', "a\n"],
)
def test_the_reader_refuses_what_it_does_not_know(broken: str) -> None:
    with pytest.raises(plain_yaml.NotPlain):
        plain_yaml.load(broken)
