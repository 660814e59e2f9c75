"""The account export that `linkage ingest` reads: CSV, UTF-8, one header line, one account per row.

A cell that a spreadsheet would run as a formula is written with an apostrophe before it and read back without.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from typing import IO, Final

FIELDS: Final = (
    "account_key", "kind", "personal_id", "legacy_id9", "passport", "nationality", "tax_code", "full_name",
    "birth_date", "phone", "email", "commune", "created_at", "last_sign_in_at", "dossiers", "documents", "roles",
    "password_hash",
)  # fmt: skip
REQUIRED: Final = ("account_key", "kind", "full_name")
KINDS: Final = ("citizen", "official", "organisation")


class RowRefused(ValueError):
    """A row that no import could use; says which and why. Nothing of it was written."""


def write(accounts: Iterable[Mapping[str, str | list[str] | None]], sink: IO[str]) -> int:
    """Write accounts; returns how many. Lists (dossiers, documents, roles) are joined by `|`.

    Raises:
        RowRefused: an unknown field, a missing one, a key given twice, a NUL or a line break in a cell.
    """
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(FIELDS)
    seen: set[str] = set()
    for number, account in enumerate(accounts, start=1):
        cells = {name: _cell(value) for name, value in account.items()}
        fault = _fault(cells, seen)
        if fault:
            raise RowRefused(f"row {number}: {fault}")
        seen.add(cells["account_key"])
        writer.writerow([cells.get(name, "") for name in FIELDS])
    return len(seen)


def _cell(value: str | list[str] | None) -> str:
    text = "|".join(value) if isinstance(value, list) else value or ""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def _fault(cells: Mapping[str, str], seen: set[str]) -> str:
    unknown = sorted(set(cells) - set(FIELDS))
    missing = [name for name in REQUIRED if not cells.get(name)]
    table = (
        (bool(unknown), f"unknown fields {unknown}"),
        (bool(missing), f"missing {missing}"),
        (cells.get("kind") not in KINDS, f"kind is none of {', '.join(KINDS)}"),
        (cells.get("account_key") in seen, "this account_key came before"),
        (any("\0" in cell or "\n" in cell or "\r" in cell for cell in cells.values()), "a NUL or a line break"),
    )
    return next((text for wrong, text in table if wrong), "")
