"""`portal catalogue seed`: write the procedures and offices that ship with the portal."""

from __future__ import annotations

import sys

from portal.catalogue.seed import VersionChanged, seed


def seed_command() -> int:
    """Seed and print what was done; returns the exit code."""
    try:
        made, offices = seed()
    except VersionChanged as fault:
        print(f"catalogue seed: {fault}", file=sys.stderr)
        return 2
    print(f"catalogue: {made} new procedure versions, {offices} offices")
    return 0
