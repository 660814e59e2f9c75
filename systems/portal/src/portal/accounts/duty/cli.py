"""`portal duty import FILE|-`: NDJSON, one grant a line; the first two administrators of an agency, by name."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from portal.accounts.duty.actions.bootstrap import BootstrapRefused, bootstrap


def import_file(path: str) -> int:
    """Read the file (`-`: standard input), print what was done for each agency, return the exit code."""
    text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    agencies: dict[str, list[dict[str, Any]]] = defaultdict(list)
    try:
        for line in filter(str.strip, text.splitlines()):
            row = json.loads(line)
            agencies[row["agency"]].append(row)
        for agency, rows in agencies.items():
            made = bootstrap(agency, rows)
            print(f"duty {agency}: " + (f"{made} grants written" if made else "has administrators, nothing changed"))
    except (BootstrapRefused, KeyError, ValueError) as fault:
        print(f"duty import: {fault}", file=sys.stderr)
        return 2
    return 0
