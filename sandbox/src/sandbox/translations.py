"""`python -m sandbox.translations`: compiles every catalogue of the workspace that is newer than its result."""

from __future__ import annotations

import sys
from pathlib import Path

from design.i18n import compile_catalogues
from sandbox.places import workspace


def packages(root: Path) -> list[Path]:
    """Every source folder that keeps a `locale` of its own: a package, or an app inside one."""
    catalogues = [
        *root.glob("*/src/**/locale/vi/LC_MESSAGES/*.po"),
        *root.glob("systems/*/src/**/locale/vi/LC_MESSAGES/*.po"),
    ]
    return sorted({po.parents[3] for po in catalogues})


def main() -> int:
    compile_catalogues(packages(workspace()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
