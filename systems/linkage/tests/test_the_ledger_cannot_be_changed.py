"""The ledger is append-only: any change, gap or swap is noticed; it names nobody; the same run, the same bytes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from linkage import dry_run
from linkage.errors import LedgerBroken
from linkage.ledger import chain
from linkage.workplace import Workplace


@pytest.fixture
def copy(classified: Workplace, tmp_path: Path) -> Workplace:
    shutil.copytree(classified.root, tmp_path / "copy")
    return Workplace(tmp_path / "copy").make()


def test_a_whole_ledger_holds(copy: Workplace) -> None:
    assert [entry["last"] for entry in chain.verified(copy)] == [True]


def test_a_changed_or_missing_entry_is_noticed(copy: Workplace) -> None:
    path = copy.ledger / "chain.ndjson"
    entry = json.loads(path.read_text())
    path.write_text(json.dumps(entry | {"rows": entry["rows"] - 1}) + "\n")
    with pytest.raises(LedgerBroken, match="entry 0"):
        list(chain.verified(copy))


def test_a_changed_segment_is_noticed(copy: Workplace) -> None:
    segment = copy.ledger / "000000.parquet"
    table = pq.read_table(segment)
    pq.write_table(table.slice(1), segment)
    with pytest.raises(LedgerBroken, match="missing or changed"):
        list(chain.verified(copy))


def test_a_second_run_is_appended_and_the_first_stays(copy: Workplace, classify: Callable[[Workplace], object]) -> None:
    before = (copy.ledger / "chain.ndjson").read_bytes()
    dry_run.begin_anew(copy)
    classify(copy)
    assert (copy.ledger / "chain.ndjson").read_bytes() == before  # the same run is already there
    copy.write_manifest("ingest-organisations", copy.manifest("ingest-organisations") | {"sha256": "0" * 64})
    dry_run.begin_anew(copy)
    classify(copy)
    lines = (copy.ledger / "chain.ndjson").read_bytes()
    assert lines.startswith(before)
    assert len(list(chain.verified(copy))) == 2


def test_the_same_input_gives_the_same_bytes(
    made_up: Path,
    classified: Workplace,
    tmp_path: Path,
    take_in: Callable[[Path, Path], Workplace],
    classify: Callable[[Workplace], object],
) -> None:
    work = Workplace(tmp_path / "again").make()
    work.take_reference_key_of(classified)
    take_in(made_up, work.root)
    classify(work)
    for name in ("ledger/chain.ndjson", "ledger/000000.parquet", "input/accounts.parquet"):
        assert (work.root / name).read_bytes() == (classified.root / name).read_bytes(), name


def test_the_ledger_names_nobody(made_up: Path, classified: Workplace) -> None:
    text = str(pq.read_table(classified.ledger / "000000.parquet").slice(0, 800).to_pylist())
    for account in pq.read_table(made_up / "accounts.parquet").slice(0, 800).to_pylist():
        for name in ("account_key", "personal_id", "legacy_id9", "full_name", "phone"):
            assert not account[name] or account[name] not in text
