"""`python -m sandbox.translations`: compiles every catalogue of the workspace that is newer than its result."""

from __future__ import annotations

import sys

from design.i18n import compile_catalogues
from sandbox.places import workspace

LOCALES = ("*/src/*/locale", "systems/*/src/*/locale", "systems/*/src/*/*/locale")


def main() -> int:
    root = workspace()
    folders = sorted({folder for pattern in LOCALES for folder in root.glob(pattern)})
    compile_catalogues(folders)
    return 0


if __name__ == "__main__":
    sys.exit(main())
