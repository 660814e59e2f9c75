"""DuckDB and Spark give the same pairs, weights within 1e-9 and the same classes (architecture section 7).

20,000 accounts x 100,000 people with accents, decomposed letters, Đ and đ, and nulls, on a Spark of two workers in
processes of their own. Skipped, and said so, where Java or pyspark is absent: `./motcua prove spark` installs pyspark.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from linkage import dry_run
from linkage.engines.contract import Engine
from linkage.errors import EngineMissing
from linkage.workplace import Workplace
from synthetic import bases

AS_OF = date(2024, 5, 4)
HAS_SPARK = shutil.which("java") is not None and find_spec("pyspark") is not None
PEOPLE, ACCOUNTS = 100_000, 20_000


@pytest.fixture(scope="module")
def runs(
    tmp_path_factory: pytest.TempPathFactory, take_in: Callable[[Path, Path], Workplace]
) -> tuple[Workplace, Workplace]:
    if not HAS_SPARK:
        pytest.skip("no Java or no pyspark here: ./motcua prove spark")
    from linkage.engines.duckdb import DuckDB
    from linkage.engines.spark import TWO_WORKERS, Spark

    folder = tmp_path_factory.mktemp("both")
    bases.write(folder / "base", people_count=PEOPLE, account_count=ACCOUNTS, seed=9, noise=bases.Noise.load(2))
    one = take_in(folder / "base", folder / "duckdb")
    shutil.copytree(one.root, folder / "spark")
    other = Workplace(folder / "spark").make()
    duck = DuckDB(threads=2, memory_mb=1_000, spill=folder / "spill")
    _run(one, duck)
    _run(other, Spark(threads=2, memory_mb=1_024, master=TWO_WORKERS))
    return one, other


def _run(work: Workplace, engine: Engine) -> None:
    try:
        dry_run.classify(work, engine, as_of=AS_OF, operator="tests", progress=lambda *_: None)
    finally:
        engine.close()


def scored(work: Workplace) -> dict[tuple[int, int], float]:
    rows = pq.read_table(work.stages / "scored.parquet").to_pylist()
    pairs = {(row["seq"], row["person"]): row["weight"] for row in rows}
    assert len(pairs) == len(rows)
    return pairs


def test_the_same_pairs_with_the_same_weights(runs: tuple[Workplace, Workplace]) -> None:
    one, other = map(scored, runs)
    assert len(one) > 1_000
    assert one.keys() == other.keys()
    assert max(abs(one[pair] - other[pair]) for pair in one) < 1e-9


def test_the_same_class_reason_and_person_for_every_account(runs: tuple[Workplace, Workplace]) -> None:
    columns = ["seq", "account_class", "reason", "person", "facts"]
    one, other = (pq.read_table(work.stages / "decided.parquet", columns=columns).to_pylist() for work in runs)
    assert len(one) == ACCOUNTS
    assert one == other


def test_the_ledgers_name_the_same(runs: tuple[Workplace, Workplace]) -> None:
    columns = ["account_ref", "account_class", "person_ref"]
    one, other = (pq.read_table(work.ledger / "000000.parquet", columns=columns) for work in runs)
    assert one.equals(other)


def test_spark_without_java_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from linkage.engines.spark import Spark

    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineMissing, match="Java"):
        Spark(threads=1, memory_mb=512)
