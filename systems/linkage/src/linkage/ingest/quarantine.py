"""Rows that could not be taken: where they stand, why, and the row itself, so that nothing is lost.

`quarantine.ndjson` (mode 0600, personal data) has one line for each: ``row`` (counted from 1, heading not counted),
``fault``, ``offset`` and ``length`` in the source, and ``raw`` unless the row is too long to copy: the source has it.
"""

from __future__ import annotations

import base64
import json
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

LONGEST_COPY = 64 * 1024
SHOWN = 5

FAULTS = {
    "line_too_long": "the line is longer than a row can be",
    "quote_not_closed": "a quote is opened and never closed",
    "wrong_encoding": "bytes that are no text in the mapping's encoding",
    "nul": "a NUL character",
    "cells": "more or fewer cells than the heading",
    "no_key": "no account key",
    "formula": "a formula where a text belongs",
    "not_a_row": "cannot be read as a row",
    "key_twice": "an account key that another row has too",
}


@dataclass
class Quarantine:
    """Counts faults and writes the rows. Use as a context manager."""

    path: Path
    counts: Counter[str] = field(default_factory=Counter)
    first_rows: dict[str, list[int]] = field(default_factory=dict)

    def __enter__(self) -> Quarantine:
        self._file = os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii")
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def add(self, row: int, fault: str, raw: bytes = b"", *, offset: int = -1, length: int = -1) -> None:
        """Keeps one row; ``raw`` is written as base64, because it may be anything."""
        self.counts[fault] += 1
        self.first_rows.setdefault(fault, [])
        if len(self.first_rows[fault]) < SHOWN:
            self.first_rows[fault].append(row)
        entry: dict[str, object] = {"row": row, "fault": fault, "offset": offset, "length": max(length, len(raw))}
        if raw and len(raw) <= LONGEST_COPY:
            entry["raw"] = base64.b64encode(raw).decode()
        self._file.write(json.dumps(entry) + "\n")

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def lines(self) -> list[str]:
        """One sentence for each fault: how many rows, the first of them."""
        return [
            f"{count} {'row' if count == 1 else 'rows'}: {FAULTS[fault]} "
            f"(row {', '.join(map(str, self.first_rows[fault]))}{', …' if count > SHOWN else ''})"
            for fault, count in sorted(self.counts.items())
        ]
