"""What a proof found, as `bench/results/prove-NAME.json`: at which commit, when, and what."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.places import Places


def commit(places: Places) -> str:
    """The commit of the work folder; empty where it is no repository."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=places.root, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def when(places: Places) -> dict[str, str]:
    """The commit and this moment, as every result says them."""
    return {"commit": commit(places), "date": datetime.now(UTC).isoformat(timespec="seconds")}


def path_of(places: Places, name: str) -> Path:
    """Where the result of a proof stands."""
    return places.root / f"bench/results/prove-{name}.json"


def kept(places: Places, name: str) -> dict[str, Any]:
    """The result as it stands; empty when there is none."""
    path = path_of(places, name)
    found: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
    return found


def write(places: Places, name: str, result: dict[str, Any]) -> Path:
    """Write a result."""
    path = path_of(places, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    return path
