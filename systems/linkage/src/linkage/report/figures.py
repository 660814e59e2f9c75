"""Counts become figures: groups, bands of age and of last sign-in, communes, desk load. Pure; hides small numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from linkage.decisions import AUTOMATIC, AccountClass
from linkage.report import needs, suppression
from linkage.report.communes import Communes, communes
from linkage.report.suppression import shown

AGE_BANDS = ((14, 29), (30, 44), (45, 59), (60, 74), (75, 130))
SIGN_IN_BANDS = ((0, 3), (4, 12), (13, 24), (25, 48), (49, 1200))
# Each step is told only where every group of it is: a funnel that cut across groups would give a class away.
FUNNEL = (("known", "invite", "desk"), ("known", "invite"), ("known",))


@dataclass(frozen=True, slots=True)
class Band:
    """A group of accounts: how many, how many of them are known without a guess. None: too few to say."""

    low: int
    high: int
    accounts: int | None
    share: float | None


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
    """Everything that the page shows. None: too few to say, or another number that is could be reckoned from it."""

    total: int
    classes: Mapping[AccountClass, int | None]
    groups: Mapping[str, int | None]
    funnel: tuple[int | None, ...]
    ages: tuple[Band, ...]
    sign_ins: tuple[Band, ...]
    communes: Communes
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
    groups = _groups(counted)
    told = _classes(counted, groups)
    loads = _loads(counted, told, groups)
    return Figures(
        total=total,
        classes=told,
        groups=groups,
        funnel=(total, *(_sum(groups[key] for key in step) for step in FUNNEL)),
        ages=_bands(((c, _age(year, as_of), n) for c, year, n in by_birth_year), AGE_BANDS),
        sign_ins=_bands(((c, _months(month, as_of), n) for c, month, n in by_sign_in), SIGN_IN_BANDS),
        communes=communes(by_commune, {one.value: _told_with(one, told, groups) for one in AccountClass}),
        load=_load(loads, total),
        loads={one: round(visits) for one, visits in loads.items()},
    )


def _groups(counted: Mapping[AccountClass, int]) -> dict[str, int | None]:
    groups = dict.fromkeys(needs.GROUPS, 0)
    for one, count in counted.items():
        groups[needs.BY_CLASS[one].group] += count
    return suppression.listed(groups)


def _classes(counted: Mapping[AccountClass, int], groups: Mapping[str, int | None]) -> dict[AccountClass, int | None]:
    """The counts of the page; the sum of each group stands beside them, or of all groups that are not told."""
    open_groups = [key for key in groups if groups[key] is not None]
    sums = [[one.value for one in AccountClass if needs.BY_CLASS[one].group == key] for key in open_groups]
    told = suppression.listed({one.value: count for one, count in counted.items()}, sums)
    # A group that is not told must not be the sum of its classes.
    quiet = {one for one in AccountClass if groups[needs.BY_CLASS[one].group] is None and counted[one]}
    return {one: None if one in quiet else told[one.value] for one in AccountClass}


def _told_with(
    one: AccountClass, told: Mapping[AccountClass, int | None], groups: Mapping[str, int | None]
) -> Hashable:
    """The sum of the whole base that a class is part of: its own, of what its group hides, of all hidden groups."""
    group = needs.BY_CLASS[one].group
    return one if told[one] is not None else ("group", group if groups[group] is not None else "")


def _sum(counts: Iterable[int | None]) -> int | None:
    known = list(counts)
    return None if None in known else sum(count or 0 for count in known)


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
    told = suppression.listed({str(band): total[band] for band in bands})
    return tuple(_band(band, told[str(band)], known[band]) for band in bands)


def _band(band: tuple[int, int], accounts: int | None, known: int) -> Band:
    told = accounts and shown(known) is not None and shown(accounts - known) is not None
    return Band(*band, accounts, known / accounts if accounts and told else None)


def _loads(
    counted: Mapping[AccountClass, int], told: Mapping[AccountClass, int | None], groups: Mapping[str, int | None]
) -> dict[AccountClass, float]:
    """Visits by class. Classes that are hidden together share their sum alike, so that no visit tells more."""
    hidden: dict[Hashable, list[AccountClass]] = {}
    for one, count in told.items():
        if count is None:
            hidden.setdefault(_told_with(one, told, groups), []).append(one)
    alike = {one: sum(counted[other] for other in ones) / len(ones) for ones in hidden.values() for one in ones}
    return {one: alike.get(one, counted[one]) * needs.BY_CLASS[one].desk_share for one in AccountClass}


def _load(loads: Mapping[AccountClass, float], total: int) -> Load:
    visits = sum(loads.values())
    minutes = sum(count * needs.BY_CLASS[one].desk_minutes for one, count in loads.items())
    days = minutes / needs.COUNTER_MINUTES_A_DAY
    return Load(
        round(visits),
        round(days),
        round(days * needs.LOW),
        round(days * needs.HIGH),
        visits / total if total else 0.0,
    )
