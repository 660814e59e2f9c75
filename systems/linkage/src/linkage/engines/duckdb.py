"""DuckDB: one machine, a bound of memory, what does not fit goes to the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from linkage.engines import probable


class DuckDB:
    """The engine of one machine. ``memory_mb`` bounds DuckDB's own memory, ``spill`` is where the rest goes."""

    name = "duckdb"

    def __init__(self, *, threads: int, memory_mb: int, spill: Path) -> None:
        self._connection = duckdb.connect(":memory:")
        self._connection.execute(f"set threads = {threads}")
        self._connection.execute(f"set memory_limit = '{memory_mb}MB'")
        self._connection.execute(f"set temp_directory = '{_quoted(spill)}'")
        self._connection.execute("set enable_progress_bar = false")

    def read(self, table: str, path: Path) -> None:
        """See `Engine.read`."""
        self._connection.execute(f"create or replace view {table} as from read_parquet('{_quoted(path)}')")

    def read_all(self, table: str, paths: Sequence[Path]) -> None:
        """See `Engine.read_all`."""
        files = ", ".join(f"'{_quoted(path)}'" for path in paths)
        self._connection.execute(f"create or replace view {table} as from read_parquet([{files}])")

    def write(self, query: str, path: Path, *, ordered: bool = False) -> None:
        """See `Engine.write`."""
        # Without an asked order the engine need not remember the one of its input.
        self._connection.execute(f"set preserve_insertion_order = {'true' if ordered else 'false'}")
        self._connection.execute(f"copy ({query}) to '{_quoted(path)}' (format parquet, compression zstd)")

    def write_scored(self, path: Path) -> None:
        """See `Engine.write_scored`."""
        from splink import DuckDBAPI

        columns = ", ".join(probable.COLUMNS)
        for name in ("open_accounts", "candidates"):
            self._connection.execute(f"create or replace temp table splink_{name} as select {columns} from {name}")
        api = DuckDBAPI(connection=self._connection)
        found = probable.scored(api, "splink_open_accounts", "splink_candidates")
        self.write(probable.pairs(found.physical_name), path)
        found.drop_table_from_database_and_remove_from_cache()
        for name in ("open_accounts", "candidates"):
            self._connection.execute(f"drop table splink_{name}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """See `Engine.rows`."""
        return self._connection.execute(query).fetchall()

    def put(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """See `Engine.put`."""
        # A dictionary of texts becomes an ENUM: one byte a row where the table is joined to millions and sorted.
        values = pa.table({
            name: pa.array(column).dictionary_encode() if isinstance(column[0], str) else pa.array(column)
            for name, column in zip(columns, zip(*rows, strict=True), strict=True)
        })  # fmt: skip
        self._connection.register("values_put", values)
        self._connection.execute(f"create or replace table {table} as from values_put")  # small, kept
        self._connection.unregister("values_put")

    def close(self) -> None:
        """See `Engine.close`."""
        self._connection.close()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def repeated_keys(path: Path) -> dict[str, list[int]]:
    """Account references that stand in more than one row of ``input/accounts.parquet``, with those rows."""
    with duckdb.connect(":memory:") as connection:
        found = connection.execute(
            "select account_ref, list(seq order by seq) from read_parquet(?) group by account_ref having count(*) > 1",
            [str(path)],
        ).fetchall()
    return dict(found)
