"""A made-up account base with its truth, taken in and classified once for all tests that only read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from linkage import dry_run
from linkage.engines.duckdb import DuckDB, repeated_keys
from linkage.ingest import mapping, taking
from linkage.workplace import Workplace
from synthetic import bases

AS_OF = date(2024, 5, 4)
HERE = Path(__file__).parent
MAPPINGS = HERE / "mappings"


def take_in(folder: Path, root: Path) -> Workplace:
    """Takes a base of `synthetic.bases` into a work folder."""
    work = Workplace(root).make()
    fields = {"people": mapping.PEOPLE_FIELDS, "organisations": mapping.ORGANISATION_FIELDS}
    for name, take in (("people", taking.people), ("organisations", taking.organisations)):
        named = mapping.load(MAPPINGS / f"{name}.toml", fields[name])
        take(folder / f"{name}.parquet", named, work, progress=lambda _what, _rows: None)
    taking.accounts(
        folder / "accounts.parquet", mapping.load(MAPPINGS / "accounts.toml"), work,
        duplicates=repeated_keys, progress=lambda _what, _rows: None,
    )  # fmt: skip
    return work


def classify(work: Workplace, says: Callable[[str, int, int], None] = lambda *_: None) -> dict[str, object]:
    """Runs the dry run on DuckDB."""
    engine = DuckDB(threads=2, memory_mb=1000, spill=work.root / "spill")
    try:
        return dry_run.classify(work, engine, as_of=AS_OF, operator="tests", progress=says)
    finally:
        engine.close()


@pytest.fixture(name="classify", scope="session")
def _classify() -> Callable[[Workplace], dict[str, object]]:
    return classify


@pytest.fixture(name="take_in", scope="session")
def _take_in() -> Callable[[Path, Path], Workplace]:
    return take_in


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    bases.write(folder, people_count=60_000, account_count=None, seed=5, noise=bases.Noise.load())
    return folder


@pytest.fixture(scope="session")
def classified(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    work = take_in(made_up, tmp_path_factory.mktemp("work") / "run")
    classify(work)
    return work
