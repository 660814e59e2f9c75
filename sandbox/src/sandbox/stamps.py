"""Steps that are found done: a step is done again only when what it depends on has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.places import Places


def once(places: Places, name: str, depends_on: Any, act: Callable[[], object]) -> None:
    """Runs `act` unless it ran before with the same `depends_on` (anything JSON can hold)."""
    path = places.state / "run" / f"done-{name}"
    stamp = hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()
    if path.exists() and path.read_text() == stamp:
        return
    act()
    path.write_text(stamp)


def sources(folder: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of every source below `folder`: what a program and its migrations depend on."""
    found = (p for p in sorted(folder.rglob("*")) if p.suffix in (".py", ".sql") and "__pycache__" not in p.parts)
    return [(str(p.relative_to(folder)), p.stat().st_size, p.stat().st_mtime_ns) for p in found]
