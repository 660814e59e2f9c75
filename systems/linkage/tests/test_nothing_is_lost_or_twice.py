"""Conservation: a killed run goes on and ends the same; the reconciliation finds each loss and each double."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from linkage import checks, dry_run, reconciling
from linkage.engines.duckdb import DuckDB
from linkage.errors import InputChanged, NotConserved, NotIngested
from linkage.workplace import Workplace

Classify = Callable[[Workplace], object]


@pytest.fixture
def copy(classified: Workplace, tmp_path: Path) -> Workplace:
    shutil.copytree(classified.root, tmp_path / "copy")
    return Workplace(tmp_path / "copy").make()


def reconcile(work: Workplace, later: Workplace | None = None) -> list[reconciling.Finding]:
    engine = DuckDB(threads=1, memory_mb=500, spill=work.root / "spill")
    try:
        return reconciling.reconcile(work, engine, later=later)
    finally:
        engine.close()


def test_a_whole_run_reconciles(copy: Workplace) -> None:
    assert {finding.count for finding in reconcile(copy)} == {0}
    assert len(reconcile(copy, later=copy)) == len(checks.INSIDE) + len(checks.LATER) + 2


def changed(path: Path, change: str) -> None:
    table = pq.read_table(path)
    if change == "lose":
        table = table.slice(1)
    elif change == "double":
        table = pa.concat_tables([table, table.slice(0, 1)])
    else:
        refs = table.column("account_ref").to_pylist()
        refs[0] = refs[-1]
        table = table.set_column(table.schema.get_field_index("account_ref"), "account_ref", pa.array(refs))
    pq.write_table(table, path)


@pytest.mark.parametrize(
    ("where", "change", "said"),
    [
        ("input accounts", "lose", "decision about no account"),
        ("input accounts", "double", "account taken in twice"),
        ("input holdings", "double", "thing held by two accounts"),
        ("later accounts", "lose", "account lost"),
        ("later accounts", "double", "account there twice"),
        ("later holdings", "lose", "thing lost"),
        ("later holdings", "double", "thing there twice"),
        ("later holdings", "give away", "thing with another owner"),
    ],
)
def test_each_loss_and_each_double_is_found(
    copy: Workplace, tmp_path: Path, where: str, change: str, said: str
) -> None:
    side, name = where.split()
    shutil.copytree(copy.root, tmp_path / "later")
    later = Workplace(tmp_path / "later")
    changed((copy if side == "input" else later).input / f"{name}.parquet", change)
    with pytest.raises(NotConserved, match=said):
        reconcile(copy, later=later)


def test_a_row_that_fell_out_of_quarantine_is_missed(copy: Workplace) -> None:
    manifest = copy.manifest("ingest-accounts")
    copy.write_manifest("ingest-accounts", manifest | {"read": manifest["read"] + 1})
    with pytest.raises(NotConserved, match="neither taken nor in quarantine"):
        reconcile(copy)


STEPS = [step.name for step in dry_run.plan(date(2024, 5, 4))]


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_at_any_step_goes_on_and_ends_the_same(
    copy: Workplace, classified: Workplace, classify: Classify, step: str
) -> None:
    """What a kill leaves: the steps before, half a file of this one, nothing after, no ledger of the run."""
    for name in STEPS[STEPS.index(step) :]:
        (copy.stages / f"{name}.parquet").unlink()
    (copy.stages / f"{step}.parquet.part").write_bytes(b"PAR1 half")
    shutil.rmtree(copy.ledger)
    (copy.root / "classify.json").unlink()
    classify(copy.make())
    for name in ("chain.ndjson", "000000.parquet"):
        assert (copy.ledger / name).read_bytes() == (classified.ledger / name).read_bytes()


def test_a_run_goes_on_only_with_what_it_began_with(copy: Workplace, classify: Classify) -> None:
    copy.write_manifest("ingest-people", copy.manifest("ingest-people") | {"sha256": "another"})
    with pytest.raises(InputChanged, match="people"):
        classify(copy)


def test_nothing_is_classified_before_it_is_whole(copy: Workplace, classify: Classify) -> None:
    (copy.root / "ingest-people.json").unlink()
    with pytest.raises(NotIngested, match="people"):
        classify(copy)


def test_accounts_are_as_many_as_decisions(classified: Workplace) -> None:
    decided = pq.read_table(classified.stages / "decided.parquet")
    assert decided.num_rows == classified.manifest("ingest-accounts")["taken"]
    assert pc.count_distinct(decided.column("seq")).as_py() == decided.num_rows
