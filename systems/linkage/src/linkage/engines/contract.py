"""What a dry run asks of an engine. Both engines pass `systems/linkage/tests/test_engines_agree.py`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol


class Engine(Protocol):
    """Tables by name; queries in the SQL that `linkage.engines.steps` is written in."""

    name: str

    def read(self, table: str, path: Path) -> None:
        """Makes a Parquet file (or folder) readable under a name."""

    def read_all(self, table: str, paths: Sequence[Path]) -> None:
        """Makes several Parquet files of one form readable under one name."""

    def write(self, query: str, path: Path, *, ordered: bool = False) -> None:
        """Runs a query into Parquet at ``path``; ``ordered`` keeps the order of the query in one file."""

    def write_scored(self, path: Path) -> None:
        """Scores `open_accounts` against `candidates` with the model: columns of `linkage.engines.probable.pairs`."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a small result."""

    def put(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Makes a small table of Python values."""

    def close(self) -> None:
        """Ends what was started."""
