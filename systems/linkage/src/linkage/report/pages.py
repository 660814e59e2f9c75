"""The page in Vietnamese (`index.html`) and English (`en.html`), its assets, and the tables for the communes (CSV)."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment

import design
from design.i18n import catalogue
from design.page_request import PageRequest, answering
from kernel import country_time
from linkage.decisions import RULE_VERSION, AccountClass
from linkage.engines.contract import Engine
from linkage.model.weights import MODEL_VERSION
from linkage.report import needs
from linkage.report.communes import Commune
from linkage.report.figures import Figures, figures
from linkage.report.suppression import SMALLEST
from linkage.report.tiles import positions
from linkage.workplace import Workplace

_ = catalogue("linkage").lazy
PAGES = {"vi": "index.html", "en": "en.html"}
TILE_WIDTH, TILE_HEIGHT, GAP = 91, 46, 2
LISTED = 8

SITE = design.Site(
    name=_("Account migration"),
    body=_("Dry run, for officers"),
    contact=design.ContactBlock(
        _("What this page is"),
        [_("A dry run: nothing was changed in any account."), _("No name and no number is on it.")],
    ),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A commune's square in the drawing."""

    x: int
    y: int
    name: str
    share: float | None
    step: int


@dataclass(frozen=True, slots=True)
class Day:
    """What the footer says of date and time: the day of the run, and whether it is a made-up one."""

    moment: datetime
    made_up: bool

    def now(self) -> datetime:
        return self.moment

    def is_shifted(self) -> bool:
        return self.made_up


def write(work: Workplace, engine: Engine, *, as_of: date, test_environment: bool) -> Path:
    """Writes the report of the finished run into ``report/``; returns the Vietnamese page.

    Raises:
        NotIngested: there is no finished run.
    """
    run, ingest = work.manifest("classify"), work.manifest("ingest-accounts")
    engine.read("decided", work.stages / "decided.parquet")
    found = figures(
        run["classes"],
        engine.rows("select account_class, birth_year, count(*) from decided group by 1, 2"),
        engine.rows("select account_class, substr(last_sign_in, 1, 7), count(*) from decided group by 1, 2"),
        engine.rows("select account_class, commune, count(*) from decided group by 1, 2"),
        as_of,
    )
    target = work.report
    static = target / "static"
    shutil.rmtree(static, ignore_errors=True)
    shutil.copytree(design.static_dir(), static)
    pages = environment(test_environment, as_of)
    for language, name in PAGES.items():
        with answering(PageRequest(language=language)):
            text = pages.get_template("dry_run.html").render(
                figures=found,
                needs=needs.NEEDS,
                groups=needs.GROUPS,
                tiles=tiles(found),
                drawing=_drawing(),
                legend=legend(found.communes.bounds),
                behind=_behind(found),
                listed=sorted(found.communes.each, key=lambda c: c.name),
                smallest=SMALLEST,
                source=ingest["source"],
                aside=sum(ingest["quarantined"].values()),
                as_of=as_of,
                ledger_head=run["ledger_head"],
                rules=RULE_VERSION,
                model=MODEL_VERSION,
            )
        (target / name).write_text(text, encoding="utf-8")
    _tables(target, found)
    return target / PAGES["vi"]


def environment(test_environment: bool, as_of: date) -> Environment:
    """The templates; opened as a file, a page finds its assets and its twin beside itself.

    Its time is the day that the run counts from, so that the same run gives the same page.
    """
    day = Day(datetime.combine(as_of, time(), country_time.VIETNAM), test_environment)
    pages = design.environment("linkage", system="desk", site=SITE, clock=day.now, test_environment=test_environment)
    pages.globals["country"] = day
    pages.globals["asset_url"] = lambda name: design.asset_url(name, "static/")
    pages.globals["switch_href"] = PAGES.__getitem__
    return pages


def tiles(found: Figures) -> list[Tile]:
    """The squares of the drawing, in the order of reading."""
    by_code = {commune.code: commune for commune in found.communes.each}
    return [
        Tile(
            column * (TILE_WIDTH + GAP) + 1,
            row * (TILE_HEIGHT + GAP) + 1,
            by_code[code].name,
            by_code[code].share,
            by_code[code].step,
        )
        for code, (column, row) in sorted(positions().items(), key=lambda one: (one[1][1], one[1][0]))
    ]


def legend(bounds: tuple[float, ...]) -> list[str]:
    """What the steps of the scale stand for."""
    percents = [round(100 * bound) for bound in bounds]
    if not percents:
        return []
    between = [str(_("%(low)s%% to below %(high)s%%", low=low, high=high)) for low, high in pairwise(percents)]
    return [str(_("below %(high)s%%", high=percents[0])), *between, str(_("%(low)s%% and more", low=percents[-1]))]


def _behind(found: Figures) -> list[Commune]:
    """The communes with the smallest share."""
    told = [one for one in found.communes.each if one.share is not None]
    return sorted(told, key=lambda one: (one.share or 0, one.code))[:LISTED]


def _drawing() -> dict[str, int]:
    columns = 1 + max(column for column, _row in positions().values())
    rows = 1 + max(row for _column, row in positions().values())
    return {
        "width": columns * (TILE_WIDTH + GAP),
        "height": rows * (TILE_HEIGHT + GAP),
        "tile_width": TILE_WIDTH,
        "tile_height": TILE_HEIGHT,
    }


def _tables(target: Path, found: Figures) -> None:
    """`communes.csv` for the province and one file for each commune; hidden counts are empty cells."""
    names = [one.value for one in AccountClass]
    folder = target / "communes"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with (target / "communes.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["code", "commune", "accounts", "known_without_a_guess", *names])
        for one in found.communes.each:
            share = "" if one.share is None else f"{one.share:.3f}"
            counts = ["" if (n := one.classes[name]) is None else n for name in names]
            table.writerow([one.code, one.name, "" if one.accounts is None else one.accounts, share, *counts])
    for one in found.communes.each:
        with (folder / f"{one.code}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            table = csv.writer(stream)
            table.writerow(["class", "accounts"])
            table.writerows([name, "" if count is None else count] for name, count in one.classes.items())
