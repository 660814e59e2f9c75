"""Counts become figures: groups, bands of age and of last sign-in, communes, desk load. Pure; hides small numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from kernel import admin_units
from linkage.decisions import AUTOMATIC, AccountClass
from linkage.report import needs
from linkage.report.tiles import positions

SMALLEST = 10
PROVINCE = "44"
AGE_BANDS = ((14, 29), (30, 44), (45, 59), (60, 74), (75, 130))
SIGN_IN_BANDS = ((0, 3), (4, 12), (13, 24), (25, 48), (49, 1200))
STEPS = 5


@dataclass(frozen=True, slots=True)
class Band:
    """A group of accounts: how many, how many of them are known without a guess. None: too few to say."""

    low: int
    high: int
    accounts: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune: accounts and share known without a guess, None where fewer than `SMALLEST`."""

    code: str
    name: str
    accounts: int | None
    share: float | None
    step: int
    classes: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Load:
    """Visits to a desk and the officers' days that they take; low and high are the bounds of the estimate."""

    visits: int
    days: int
    low_days: int
    high_days: int
    share: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the page shows."""

    total: int
    classes: Mapping[AccountClass, int]
    groups: Mapping[str, int]
    funnel: tuple[int, ...]
    ages: tuple[Band, ...]
    sign_ins: tuple[Band, ...]
    communes: tuple[Commune, ...]
    bounds: tuple[float, ...]
    elsewhere: int | None
    load: Load
    loads: Mapping[AccountClass, int]


def figures(
    classes: Mapping[str, int],
    by_birth_year: Iterable[tuple[str, str | None, int]],
    by_sign_in: Iterable[tuple[str, str | None, int]],
    by_commune: Iterable[tuple[str, str | None, int]],
    as_of: date,
) -> Figures:
    """``by_…`` are (class, year | month | commune code, count) of the whole base."""
    counted = {one: classes.get(one.value, 0) for one in AccountClass}
    total = sum(counted.values())
    groups = Counter[str]()
    for one, count in counted.items():
        groups[needs.BY_CLASS[one].group] += count
    communes, bounds, elsewhere = _communes(by_commune)
    loads = {one: round(count * needs.BY_CLASS[one].desk_share) for one, count in counted.items()}
    return Figures(
        total=total,
        classes=counted,
        groups=groups,
        funnel=_funnel(counted, total),
        ages=_bands(((c, _age(year, as_of), n) for c, year, n in by_birth_year), AGE_BANDS),
        sign_ins=_bands(((c, _months(month, as_of), n) for c, month, n in by_sign_in), SIGN_IN_BANDS),
        communes=communes,
        bounds=bounds,
        elsewhere=elsewhere,
        load=_load(loads, total),
        loads=loads,
    )


def _funnel(counted: Mapping[AccountClass, int], total: int) -> tuple[int, ...]:
    """All; of citizens who ever signed in; whose person is known or probable; known without a guess."""
    apart = ("organisation_current", "organisation_not_current", "official", "foreigner", "never_signed_in")
    citizens = total - sum(counted[AccountClass(name)] for name in apart)
    known = sum(counted[one] for one in AUTOMATIC)
    return total, citizens, known + counted[AccountClass.PROBABLE], known


def shown(count: int) -> int | None:
    """The count, or None where it is small enough to point at somebody. Nought points at nobody."""
    # guard: linkage-small-numbers
    return None if 0 < count < SMALLEST else count


def _age(year: str | None, as_of: date) -> int | None:
    return as_of.year - int(year) if year else None


def _months(month: str | None, as_of: date) -> int | None:
    return (as_of.year - int(month[:4])) * 12 + as_of.month - int(month[5:7]) if month else None


def _bands(rows: Iterable[tuple[str, int | None, int]], bands: tuple[tuple[int, int], ...]) -> tuple[Band, ...]:
    total, known = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    for name, value, count in rows:
        band = next((b for b in bands if value is not None and b[0] <= value <= b[1]), None)
        if band is not None:
            total[band] += count
            known[band] += count if AccountClass(name) in AUTOMATIC else 0
    return tuple(
        Band(*band, shown(total[band]), known[band] / total[band] if shown(total[band]) else None) for band in bands
    )


def _communes(rows: Iterable[tuple[str, str | None, int]]) -> tuple[tuple[Commune, ...], tuple[float, ...], int | None]:
    counts: dict[str, Counter[str]] = {code: Counter() for code in positions()}
    elsewhere = 0
    for name, code, count in rows:
        here = _today(code)
        if here in counts:
            counts[here][name] += count
        else:
            elsewhere += count
    made = []
    for code, found in counts.items():
        accounts = sum(found.values())
        known = sum(count for name, count in found.items() if AccountClass(name) in AUTOMATIC)
        unit = admin_units.unit(code, admin_units.MERGER)
        share = known / accounts if shown(accounts) else None
        made.append(Commune(code, unit.name if unit else code, shown(accounts), share, 0, _hidden(found)))
    bounds = _bounds([one.share for one in made if one.share is not None])
    return tuple(_stepped(one, bounds) for one in made), bounds, shown(elsewhere)


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


def _hidden(found: Mapping[str, int]) -> dict[str, int | None]:
    """Counts by class; where exactly one is hidden, the next smallest is too, or the sum would tell it."""
    visible = {one.value: shown(found.get(one.value, 0)) for one in AccountClass}
    hidden = [name for name, count in visible.items() if count is None]
    if len(hidden) == 1:
        others = [(count, name) for name, count in visible.items() if count]
        # guard: linkage-second-hidden
        if others:
            visible[min(others)[1]] = None
    return visible


def _load(loads: Mapping[AccountClass, int], total: int) -> Load:
    visits = sum(loads.values())
    minutes = sum(count * needs.BY_CLASS[one].desk_minutes for one, count in loads.items())
    days = minutes / needs.COUNTER_MINUTES_A_DAY
    return Load(
        visits, round(days), round(days * needs.LOW), round(days * needs.HIGH), visits / total if total else 0.0
    )
