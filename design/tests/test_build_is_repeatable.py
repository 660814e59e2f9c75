"""Building twice changes nothing; a missing Node.js, a broken lock or a missing build is one clear line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from design import assets, build, node


def test_a_second_build_has_nothing_to_do() -> None:
    before = assets.MANIFEST.read_bytes()
    assert build.build() is False
    assert assets.MANIFEST.read_bytes() == before


def test_the_lock_names_no_address() -> None:
    text = (build.MEMBER / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in text
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert all("integrity" in entry for name, entry in packages.items() if name)


def test_nothing_of_the_crown_is_shipped() -> None:
    shipped = [path.name for path in assets.static_dir().rglob("*") if path.is_file()]
    assert not [name for name in shipped if re.search(r"crown|crest|govuk-icon|GDS|light-|bold-", name)]
    style = (assets.static_dir() / assets.hashed_name("motcua.css")).read_text(encoding="utf-8")
    assert "GDS Transport" not in style
    assert set(re.findall(r"url\(\"?([^)\"]+)", style)) <= {assets.hashed_name(font) for font in build.FONTS}


def test_no_node_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(node, "_candidates", list)
    monkeypatch.setattr(build, "digest", lambda *paths: "changed")
    assert build.main() == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("design: no Node.js >= 22")
    assert printed.err.count("\n") == 1


def test_a_missing_build_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "MANIFEST", tmp_path / "manifest.json")
    assets._manifest.cache_clear()
    with pytest.raises(assets.AssetsNotBuilt, match=r"python -m design\.build"):
        assets.asset_url("motcua.css")
    assets._manifest.cache_clear()


def test_a_build_while_a_process_runs_changes_none_of_its_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"motcua.css": "motcua.one.css"}', encoding="utf-8")
    monkeypatch.setattr(assets, "MANIFEST", manifest)
    assets._manifest.cache_clear()
    assets.static_dir()
    manifest.write_text('{"motcua.css": "motcua.two.css"}', encoding="utf-8")
    assert assets.asset_url("motcua.css") == "/static/motcua.one.css"
    assets._manifest.cache_clear()
