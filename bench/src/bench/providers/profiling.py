"""Where a worker's CPU goes, by library and by function of ours: for the goals that a bench did not meet.

cProfile around the whole server: a call costs more under it than it does in life, so shares are read, not milliseconds.
"""

from __future__ import annotations

import pstats
from collections import Counter
from pathlib import Path
from typing import Final

_LIBRARIES: Final = ("asyncpg", "uvicorn", "starlette", "msgspec", "joserfc", "httptools", "uvloop")
_OURS: Final = ("/eid/src/", "/wire/src/", "/design/src/")
MOST: Final = 8
_REST: Final = "Python and its library"


def read(path: Path, idle: Path) -> str:
    """One line: shares of the profiled time, then the functions of ours that take most.

    `idle` is the profile of a server that started and served nothing: what it did is taken off.
    """
    areas, functions = _spent(path)
    started, seldom = _spent(idle)
    areas.subtract(started)
    functions.subtract(seldom)
    whole = sum(own for own in areas.values() if own > 0) or 1  # a start is never twice the same: below zero is nothing
    by_area = ", ".join(f"{area} {own / whole:.0%}" for area, own in areas.most_common() if own > whole / 200)
    by_function = ", ".join(f"{name} {own / whole:.1%}" for name, own in functions.most_common(MOST))
    return f"{by_area}; the most of ours: {by_function}"


def _spent(path: Path) -> tuple[Counter[str], Counter[str]]:
    """Seconds by area, and by function of ours."""
    areas: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, callers) in pstats.Stats(str(path)).stats.items():  # type: ignore[attr-defined]
        area = _area(file, name)
        if file == "~" and area == _REST:  # built in: counts where it is called
            for (calling_file, _, calling), (_, _, part, _) in callers.items():
                areas[_area(calling_file, calling)] += part
            continue
        if file.endswith("asyncio/runners.py"):
            continue  # holds the whole loop, waiting included
        areas[area] += own
        if area.startswith("ours"):
            functions[f"{Path(file).stem}.{name}"] += own
    return areas, functions


def _area(file: str, name: str) -> str:
    """Which part of the server a function belongs to; built-in ones tell it by their name only."""
    for part in _OURS:
        if part in file:
            return f"ours ({part.split('/')[1]})"
    for library in _LIBRARIES:
        if f"/{library}/" in file or library in name:
            return library
    if "openssl" in name or "/cryptography/" in file or "hmac" in name or "sha256" in name:
        return "cryptography"
    return _REST
