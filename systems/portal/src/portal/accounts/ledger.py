"""The ledger of decisions: whoever changes the state of an old account says first why, by which rule, from which facts.

The row itself is written by a trigger of the database, so no change of state can happen without one. A change about
which nobody said anything is written as `unexplained`; the reconciliation counts those and fails.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from portal.accounts.deciding import RULES

UNEXPLAINED = "unexplained"


def because(what: str, *, actor: str, **facts: Any) -> None:
    """Say why the next change of state in this transaction happens. `facts`: codes and counts, nothing personal."""
    said = json.dumps({"because": what, "actor": actor, "rule": RULES, "facts": facts})
    with connection.cursor() as cursor:
        cursor.execute("select set_config('motcua.because', %s, true)", [said])
