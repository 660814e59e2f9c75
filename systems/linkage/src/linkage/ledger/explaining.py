"""One decision in words: what `linkage show` prints."""

from __future__ import annotations

import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.decisions import AccountClass
from linkage.errors import NotIngested
from linkage.ledger.chain import verified
from linkage.model import weights
from linkage.model.comparisons import COMPARISONS
from linkage.workplace import Workplace


def one(work: Workplace, account_ref: str) -> list[str] | None:
    """The newest decision about an account as lines; None when the ledger has none."""
    for entry in reversed(list(verified(work))):
        table = pq.read_table(work.ledger / entry["segment"])
        found = table.filter(pc.equal(table.column("account_ref"), account_ref)).to_pylist()
        if found:
            row = found[0]
            about = entry["about"]
            said = [
                f"class   {row['account_class']}",
                f"reason  {row['reason']}",
                f"facts   {row['facts']}",
                f"person  {row['person_ref'] or 'nobody'}",
                f"rules {about['rules']}, model {about['model']}, as of {about['as_of']}, by {about['operator']}",
            ]
            return said + _weighed(row)
    return None


def references_of_class(work: Workplace, account_class: AccountClass) -> set[str]:
    """The accounts that the newest run put into a class. Raises NotIngested when there is no run."""
    entries = list(verified(work))
    if not entries:
        raise NotIngested("the ledger is empty: linkage classify")
    found: set[str] = set()
    for entry in (entry for entry in entries if entry["run"] == entries[-1]["run"]):
        table = pq.read_table(work.ledger / entry["segment"], columns=["account_ref", "account_class"])
        table = table.filter(pc.equal(table.column("account_class"), account_class.value))
        found.update(table.column("account_ref").to_pylist())
    return found


def _weighed(row: dict[str, object]) -> list[str]:
    if row["weight"] is None:
        return []
    bits = {one.name: row[f"bits_{one.name}"] for one in COMPARISONS}
    given = {name: float(str(value)) for name, value in bits.items() if value is not None}
    decided = max(given, key=lambda name: abs(given[name]))
    lines = [f"score   {float(str(row['weight'])):+.1f} bits, decided by {decided}"]
    return lines + [f"  {value:+6.1f} {name}: {weights.level_of(name, value)}" for name, value in given.items()]
