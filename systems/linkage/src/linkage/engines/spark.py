"""Spark: many machines, the same steps, the same model. Needs Java and `requirements/spark.txt`."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linkage.engines import probable
from linkage.errors import EngineMissing

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# An engine of many machines on one: two workers in processes of their own, with a core each.
TWO_WORKERS = "local-cluster[2,1,1024]"


class Spark:
    """The engine of a cluster. ``master`` is Spark's word for it (``local[2]``, ``spark://…``, ``yarn``)."""

    name = "spark"

    def __init__(self, *, threads: int, memory_mb: int, master: str = "") -> None:
        self._session = _session(master or f"local[{threads}]", memory_mb)

    def read(self, table: str, path: Path) -> None:
        """See `Engine.read`."""
        self._session.read.parquet(str(path)).createOrReplaceTempView(table)

    def read_all(self, table: str, paths: Sequence[Path]) -> None:
        """See `Engine.read_all`."""
        self._session.read.parquet(*map(str, paths)).createOrReplaceTempView(table)

    def write(self, query: str, path: Path, *, ordered: bool = False) -> None:
        """See `Engine.write`. An ordered result is one file, any other a folder of them."""
        self._write(self._session.sql(query), path, ordered=ordered)

    def _write(self, frame: DataFrame, path: Path, *, ordered: bool = False) -> None:
        if not ordered:
            frame.write.mode("overwrite").option("compression", "zstd").parquet(str(path))
            return
        folder = path.with_name(path.name + ".folder")
        frame.coalesce(1).write.mode("overwrite").option("compression", "zstd").parquet(str(folder))
        next(folder.glob("part-*.parquet")).replace(path)
        shutil.rmtree(folder)

    def write_scored(self, path: Path) -> None:
        """See `Engine.write_scored`."""
        from splink import SparkAPI

        columns = ", ".join(probable.COLUMNS)
        tables = []
        for name in ("open_accounts", "candidates"):
            frame = self._session.sql(f"select {columns} from {name}")
            frame.createOrReplaceTempView(f"splink_{name}")
            tables.append(frame)
        splink: Any = SparkAPI  # has no types where pyspark is not installed
        api = splink(spark_session=self._session, break_lineage_method="persist", register_udfs_automatically=False)
        found = probable.scored(api, *tables)
        self.write(probable.pairs(found.physical_name), path)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """See `Engine.rows`."""
        return [tuple(row) for row in self._session.sql(query).collect()]

    def put(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """See `Engine.put`."""
        frame = self._session.createDataFrame([tuple(row) for row in rows], list(columns))
        frame.createOrReplaceTempView(table)

    def close(self) -> None:
        """See `Engine.close`."""
        self._session.stop()


def _session(master: str, memory_mb: int) -> SparkSession:
    if shutil.which("java") is None:
        raise EngineMissing("Spark needs Java 17 or newer, and there is no java on the path")
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineMissing("Spark needs pyspark: pip install --require-hashes -r requirements/spark.txt") from error
    session: SparkSession = (
        SparkSession.builder.master(master)
        .appName("linkage")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", f"{memory_mb}m")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session
