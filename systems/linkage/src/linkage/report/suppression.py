"""Which counts of a table are hidden, so that no small one can be read, nor reckoned from the sums that are told. Pure.

A count from 1 to `SMALLEST` - 1 could point at somebody. It is protected when, for all that is told, it could as well
be `SMALLEST`: there is another table with the same sums in which it is. Such a table raises the count and lowers and
raises others in turn, each pair within one sum, until the round is closed (the cell suppression of statistical offices,
as a shortest path: Kelly, Golden and Assad 1992). What is visible on the cheapest round is hidden too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Generic, TypeVar

SMALLEST = 10
Place = TypeVar("Place", bound=Hashable)
Sum = tuple[bool, Hashable]  # (is it a row's, its name)


@dataclass(frozen=True, slots=True)
class Cell:
    """A count and the two sums that it is part of, by name; cells of a plain list share their second sum."""

    count: int
    row: Hashable
    column: Hashable = ""


@dataclass(frozen=True, slots=True)
class Hidden(Generic[Place]):
    """What is hidden, and which small counts could be reckoned all the same, because too little stands beside them."""

    places: frozenset[Place]
    bare: frozenset[Place]


def shown(count: int) -> int | None:
    """The count, or None where it is small enough to point at somebody. Nought points at nobody."""
    # guard: linkage-small-numbers
    return None if 0 < count < SMALLEST else count


def hidden(cells: Mapping[Place, Cell], also: Collection[Place] = ()) -> Hidden[Place]:
    """The small counts, those of ``also``, and as few others as protect them. Noughts are always told."""
    small = [place for place, cell in cells.items() if shown(cell.count) is None]
    places = {*small, *(place for place in also if cells[place].count)}
    bare: set[Place] = set()
    at = _beside(cells)
    for place in sorted(small, key=lambda one: cells[one].count):
        lacks, lowered = SMALLEST - cells[place].count, Counter[Place]()
        while lacks > 0:
            found = _round(place, cells, at, places, lowered)
            if found is None:
                bare.add(place)
                break
            gives = min(lacks, *(_spare(one, cells, lowered) for one in found[::2]))
            lowered.update(dict.fromkeys(found[::2], gives))
            lacks -= gives
            # guard: linkage-second-hidden
            places.update(found)
    return Hidden(frozenset(places), frozenset(bare))


def _spare(place: Place, cells: Mapping[Place, Cell], lowered: Mapping[Place, int]) -> int:
    """How far a count may be lowered: what is hidden is known not to be nought, so one stays."""
    return cells[place].count - 1 - lowered.get(place, 0)


def listed(counts: Mapping[str, int], sums: Iterable[Collection[str]] = ()) -> dict[str, int | None]:
    """Counts of a list as they may be told; ``sums`` share out its names where more is told than the sum of all."""
    of = {name: str(number) for number, names in enumerate(sums) for name in names}
    found = hidden({name: Cell(count, of.get(name, "")) for name, count in counts.items()})
    return {name: None if name in found.places else count for name, count in counts.items()}


def _beside(cells: Mapping[Place, Cell]) -> Mapping[Sum, list[Place]]:
    """Which counts that are not nought are part of a sum."""
    at: dict[Sum, list[Place]] = defaultdict(list)
    for place, cell in cells.items():
        if cell.count:
            at[True, cell.row].append(place)
            at[False, cell.column].append(place)
    return at


def _round(
    place: Place,
    cells: Mapping[Place, Cell],
    at: Mapping[Sum, list[Place]],
    places: Collection[Place],
    lowered: Mapping[Place, int],
) -> list[Place] | None:
    """The cheapest way (by the counts that it hides) from the row's sum to the column's, or None: from a row's sum we
    go on by lowering a count, from a column's by raising one.
    """
    start, goal = (True, cells[place].row), (False, cells[place].column)
    least: dict[Sum, int] = {start: 0}
    by: dict[Sum, tuple[Sum, Place]] = {}
    heap, turn = [(0, 0, start)], 0
    while heap:
        cost, _turn, here = heappop(heap)
        if here == goal:
            break
        lowers = here[0]
        for other in at[here] if cost == least[here] else ():
            cell = cells[other]
            there = (not lowers, cell.column if lowers else cell.row)
            price = cost + (0 if other in places else cell.count)
            if (
                other != place
                and price < least.get(there, price + 1)
                and (not lowers or _spare(other, cells, lowered) > 0)
            ):
                turn += 1
                least[there], by[there] = price, (here, other)
                heappush(heap, (price, turn, there))
    return _way(by, start, goal) if goal in by else None


def _way(
    by: Mapping[Sum, tuple[Sum, Place]],
    start: Sum,
    goal: Sum,
) -> list[Place]:
    way: list[Place] = []
    while goal != start:
        goal, place = by[goal]
        way.append(place)
    return way[::-1]
