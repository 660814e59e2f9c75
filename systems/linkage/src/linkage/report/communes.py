"""The communes of the province: accounts, share known without a guess, counts by class. Pure; hides small numbers.

What is told together: all accounts, those that name no commune, each commune's accounts and the share of them that is
known without a guess, and each class of the whole base.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from kernel import admin_units
from linkage.decisions import AUTOMATIC, AccountClass
from linkage.report.suppression import Cell, hidden
from linkage.report.tiles import positions

STEPS = 5
ELSEWHERE = ""
Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune. None: too few to say, or somebody could reckon another number that is."""

    code: str
    name: str
    accounts: int | None
    share: float | None
    step: int
    classes: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Communes:
    """All communes of today, the bounds of the scale of their shares, and how many accounts name none of them."""

    each: tuple[Commune, ...]
    bounds: tuple[float, ...]
    elsewhere: int | None


def communes(rows: Iterable[tuple[str, str | None, int]], sums: Mapping[str, Hashable]) -> Communes:
    """``rows`` are (class, commune code, count); ``sums`` names what is told of each class in the whole base."""
    counts: dict[str, Counter[str]] = {code: Counter() for code in (*positions(), ELSEWHERE)}
    for name, code, count in rows:
        here = _today(code)
        counts[here if here in counts else ELSEWHERE][name] += count
    told = _told(counts, sums)
    made = []
    for code in positions():
        found = counts[code]
        accounts = None if code in told.no_total else sum(found.values())
        share = _known(found) / accounts if accounts and code not in told.no_share else None
        unit = admin_units.unit(code, admin_units.MERGER)
        classes = {one.value: None if (code, one.value) in told.no_class else found[one.value] for one in AccountClass}
        made.append(Commune(code, unit.name if unit else code, accounts, share, 0, classes))
    bounds = _bounds([one.share for one in made if one.share is not None])
    elsewhere = None if ELSEWHERE in told.no_total else sum(counts[ELSEWHERE].values())
    return Communes(tuple(_stepped(one, bounds) for one in made), bounds, elsewhere)


@dataclass(frozen=True, slots=True)
class Untold:
    """Communes whose number of accounts, whose share is not told; (commune, class) whose count is not."""

    no_total: Collection[str]
    no_share: Collection[str]
    no_class: Collection[tuple[str, str]]


def _told(counts: Counts, sums: Mapping[str, Hashable]) -> Untold:
    """Where counts cannot be protected beside the number of a commune's accounts, that number is not told either, and
    if that is not enough, the number of the next smallest is not.
    """
    totals = {code: sum(found.values()) for code, found in counts.items()}
    no_total = set(hidden({code: Cell(total, "all") for code, total in totals.items()}).places)
    while True:
        shares = hidden(_shares(counts, no_total))
        no_share = {code for code, _known in shares.places} | {ELSEWHERE}
        cells = {
            (code, name): Cell(count, _row(code, name, no_total, no_share), sums[name])
            for code, found in counts.items()
            for name, count in found.items()
        }
        classes = hidden(cells, [place for place in cells if place[0] in {*no_total, ELSEWHERE}])
        bare = {code for code, _name in (*shares.bare, *classes.bare)}
        others = sorted(
            (code for code in totals if totals[code] and code not in no_total), key=lambda c: (totals[c], c)
        )
        if not bare or not others:
            return Untold(no_total, no_share, classes.places)
        no_total |= bare - no_total or {others[0]}


def _shares(counts: Counts, no_total: Collection[str]) -> dict[tuple[str, bool], Cell]:
    """How many are known without a guess in each commune, and how many are not; the sums of both are told."""
    cells: dict[tuple[str, bool], Cell] = {}
    for code, found in counts.items():
        known, row = _known(found), "untold" if code in no_total else code
        cells |= {(code, True): Cell(known, row, True), (code, False): Cell(sum(found.values()) - known, row, False)}
    return cells


def _row(code: str, name: str, no_total: Collection[str], no_share: Collection[str]) -> Hashable:
    """The sum that a count is part of: of all that tell none, of the commune, or of what its share tells."""
    if code in no_total:
        return "untold"
    return code if code in no_share else (code, AccountClass(name) in AUTOMATIC)


def _known(found: Mapping[str, int]) -> int:
    return sum(count for name, count in found.items() if AccountClass(name) in AUTOMATIC)


def _bounds(shares: list[float]) -> tuple[float, ...]:
    """Whole percents that split the communes into at most five groups of nearly one size; ascending, none twice."""
    ordered = sorted(shares)
    picked = {round(ordered[len(ordered) * step // STEPS], 2) for step in range(1, STEPS)} if ordered else set()
    return tuple(sorted(picked))


def _stepped(one: Commune, bounds: tuple[float, ...]) -> Commune:
    """Shares below the first bound take step 1; each bound reached is a step more; nothing to show is step 0."""
    return one if one.share is None else replace(one, step=1 + sum(one.share >= bound for bound in bounds))


def _today(code: str | None) -> str | None:
    """The commune of today that a commune of an old account became; itself if it is one."""
    if code is None or code in positions():
        return code
    old = next(
        (u for day in (date(2024, 5, 4), admin_units.MERGER) if (u := admin_units.unit(code, day)) is not None), None
    )
    new = admin_units.successor(old, admin_units.MERGER) if old else None
    return new.code if new else None
