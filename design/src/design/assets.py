"""Where the built assets are, and under which content-hashed name each is served."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

BUILT = Path(__file__).parent / "static" / "built"
PUBLIC = BUILT / "public"
MANIFEST = BUILT / "manifest.json"
AXE = BUILT / "testing" / "axe.min.js"


class AssetsNotBuilt(RuntimeError):
    """The build has not run on this machine, or does not know the name."""


def static_dir() -> Path:
    """The folder to be served at the static address; every file in it may be cached for ever.

    Who asks is about to look at the files, so the names are fixed now too: a build while the process runs must not
    make it name files that its server has not seen.
    """
    if MANIFEST.is_file():
        _manifest()
    return PUBLIC


def font_files() -> list[Path]:
    """The four woff2 files of Be Vietnam Pro, for papers that carry their fonts with them."""
    return sorted(PUBLIC / name for key, name in _manifest().items() if key.endswith(".woff2"))


def axe_script() -> Path:
    """axe-core for tests; never part of a page."""
    return AXE


@cache
def _manifest() -> dict[str, str]:
    if not MANIFEST.is_file():
        raise AssetsNotBuilt("design assets are missing: run `python -m design.build`")
    names: dict[str, str] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return names


def hashed_name(name: str) -> str:
    """`motcua.css` -> `motcua.1f2e3d4c5b.css`."""
    try:
        return _manifest()[name]
    except KeyError:
        raise AssetsNotBuilt(f"no design asset is called {name!r}") from None


def asset_url(name: str, static_url: str = "/static/") -> str:
    """The address of an asset: `motcua.css`, `htmx.min.js`, `marks/eid.svg`, a woff2 file."""
    return static_url + hashed_name(name)
