"""Locks hold names, versions and hashes: where packages come from is the machine's business."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# Written with a class in the middle so that this file does not find itself.
REGISTRIES = (
    r"p[y]pi\.org|pythonh[o]sted\.org|registry\.npmj[s]|deb\.debi[a]n\.org|repo1?\.m[a]ven|proxy\.gol[a]ng|crat[e]s\.io"
)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda p: p.name)
def test_no_address_no_file_no_editable(lock: Path) -> None:
    text = lock.read_text()
    assert not re.search(r"file:|://|^-e", text, re.MULTILINE)
    assert text.count("--hash=sha256:") >= len(re.findall(r"^[a-z0-9].*==", text, re.MULTILINE)) > 0


def test_npm_lock_names_no_address() -> None:
    for lock in [*ROOT.glob("*/package-lock.json"), *ROOT.glob("systems/*/tests/npm/package-lock.json")]:
        assert '"resolved"' not in lock.read_text()
        packages = json.loads(lock.read_text())["packages"]
        assert all("integrity" in entry or entry.get("link") for path, entry in packages.items() if path)


def test_no_registry_and_no_path_of_a_machine_in_the_repository() -> None:
    pattern = REGISTRIES + r"|(^|[^A-Za-z0-9_.])/(ro[o]t|wo[r]k|fa[r]m)/"
    found = subprocess.run(
        ["git", "grep", "-nIE", pattern, "--", "."], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 1, found.stdout[:2000] + found.stderr
