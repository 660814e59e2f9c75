"""The report: figures add up, small numbers are hidden, no row of a person reaches it, both languages, axe clean."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, sync_playwright

import design
from design.assets import AXE
from linkage.decisions import AccountClass
from linkage.engines.duckdb import DuckDB
from linkage.report import needs, pages
from linkage.report.figures import Figures, figures
from linkage.report.suppression import SMALLEST, shown
from linkage.report.tiles import positions
from linkage.workplace import Workplace
from sandbox.proofs import find_chromium

AS_OF = date(2024, 5, 4)


def made(communes: list[tuple[str, str | None, int]]) -> Figures:
    classes = {one.value: 0 for one in AccountClass}
    for name, _code, count in communes:
        classes[name] += count
    return figures(classes, [], [], communes, AS_OF)


def test_every_class_has_a_name_a_need_and_a_group() -> None:
    assert {need.account_class for need in needs.NEEDS} == set(AccountClass)
    assert {need.group for need in needs.NEEDS} == set(needs.GROUPS)


def test_figures_add_up() -> None:
    found = made([("exact", "19432", 500), ("probable", "19432", 40), ("dead", "19429", 60)])
    assert found.total == sum(found.groups.values()) == sum(count or 0 for count in found.classes.values()) == 600
    assert found.funnel == (600, 540, 540, 500)


def test_each_commune_of_the_province_has_a_tile_and_no_tile_has_two() -> None:
    assert len(positions()) == len(set(positions().values())) == 78


def test_neighbours_touch() -> None:
    where = positions()
    for one, other in (
        ("19429", "19462"),
        ("19333", "19597"),
        ("18880", "18859"),
        ("19009", "19075"),
        ("19501", "19414"),
    ):
        (column, row), (column_, row_) = where[one], where[other]
        assert max(abs(column - column_), abs(row - row_)) == 1, (one, other)


@pytest.mark.parametrize(("count", "seen"), [(0, 0), (1, None), (SMALLEST - 1, None), (SMALLEST, SMALLEST)])
def test_small_numbers_are_hidden(count: int, seen: int | None) -> None:
    assert shown(count) == seen


def test_a_commune_of_the_old_district_counts_for_the_one_of_today() -> None:
    found = made([("exact", "19456", 30)])  # xã Tân Thành until 30 June 2025
    assert next(one for one in found.communes.each if one.code == "19432").accounts == 30


@pytest.fixture(scope="module")
def report(classified: Workplace) -> Path:
    if not design.static_dir().is_dir():
        pytest.skip("the assets are not built: python -m design.build")
    engine = DuckDB(threads=1, memory_mb=500, spill=classified.root / "spill")
    try:
        return pages.write(classified, engine, as_of=AS_OF, test_environment=True).parent
    finally:
        engine.close()


def test_no_person_reaches_the_report(made_up: Path, report: Path) -> None:
    text = "".join(path.read_text("utf-8-sig") for path in [*report.glob("*.html"), *report.rglob("*.csv")])
    for row in pq.read_table(made_up / "accounts.parquet").slice(0, 3_000).to_pylist():
        for value in (row["personal_id"], row["legacy_id9"], row["phone"], row["account_key"], row["passport"]):
            assert not value or value not in text


def test_the_table_of_the_communes_hides_what_the_page_hides(report: Path) -> None:
    rows = list(csv.DictReader((report / "communes.csv").open(encoding="utf-8-sig")))
    assert len(rows) == len(list((report / "communes").glob("*.csv"))) == 78
    counts = [row[one.value] for row in rows for one in AccountClass]
    assert "" in counts
    assert not [count for count in counts if count and 0 < int(count) < SMALLEST]


def test_the_same_run_gives_the_same_report(
    classified: Workplace, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.read_bytes() for path in [*report.glob("*.html"), *report.rglob("*.csv")]}
    monkeypatch.setenv("MOTCUA_COUNTRY_TIME", "86400")  # another day
    engine = DuckDB(threads=1, memory_mb=500, spill=classified.root / "spill")
    try:
        pages.write(classified, engine, as_of=AS_OF, test_environment=True)
    finally:
        engine.close()
    assert {path: path.read_bytes() for path in before} == before


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_chromium(install=False), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize("name", ["index.html", "en.html"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser: Browser, report: Path, name: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    try:
        page.goto((report / name).as_uri())
        page.get_by_role("group").locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
        assert [found["id"] for found in page.evaluate("axe.run()")["violations"]] == []
    finally:
        page.close()
