"""From a class back to the portal's own keys: what `linkage keys` prints, for `portal campaign cohort`.

The ledger knows accounts by keyed references only; who has the export has the keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from linkage.decisions import AccountClass
from linkage.ingest.mapping import ACCOUNT_FIELDS, Mapping
from linkage.ingest.quarantine import Quarantine
from linkage.ingest.rows import batches
from linkage.ledger import explaining
from linkage.normalise.columns import Reference
from linkage.workplace import Workplace


def of_class(work: Workplace, account_class: AccountClass, source: Path, fields: Mapping) -> Iterator[str]:
    """The keys of the accounts that the newest run put into the class, in the order of the export.

    Raises NotIngested, UnreadableSource.
    """
    wanted = explaining.references_of_class(work, account_class)
    reference = Reference(work.reference_key(), fields.name)
    with Quarantine(work.stages / "keys-quarantine.ndjson") as unread:
        for _first, raw, _hashes in batches(source, fields, unread, ACCOUNT_FIELDS):
            yield from (key for key in raw.column("account_key").to_pylist() if reference.of(key) in wanted)
