"""What is hidden on the page and in the tables for the communes cannot be got back from anything that is told.

Two attackers who know every figure of a report try it: one solves the equations, one narrows each count from below and
above until nothing moves. Neither knows how the report chose what to hide.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.decisions import AUTOMATIC, AccountClass
from linkage.report import needs
from linkage.report.communes import Commune
from linkage.report.figures import Figures, figures
from linkage.report.suppression import SMALLEST, Cell, hidden, listed
from linkage.report.tiles import positions

AS_OF = date(2024, 5, 4)
ELSEWHERE = "elsewhere"
PRIME = 2**61 - 1
CODES = (*sorted(positions())[:4], ELSEWHERE)
Place = tuple[str, AccountClass]
Equation = tuple[frozenset[Place], int]

COUNTS = st.one_of(st.just(0), st.integers(0, 12), st.integers(20, 400))
BASES = st.fixed_dictionaries({(code, one): COUNTS for code in CODES for one in AccountClass})


def reported(counts: Mapping[Place, int]) -> Figures:
    classes = {one.value: 0 for one in AccountClass}
    for (_code, one), count in counts.items():
        classes[one.value] += count
    rows = [(one.value, None if code == ELSEWHERE else code, count) for (code, one), count in counts.items()]
    return figures(classes, [], [], rows, AS_OF)


def told(found: Figures) -> list[Equation]:
    """Every sum that the page and the tables tell; noughts are known to be noughts."""
    equations: list[Equation] = []

    def tell(codes: tuple[str, ...], classes: list[AccountClass], value: int | None) -> None:
        if value is not None:
            equations.append((frozenset((code, one) for code in codes for one in classes), value))

    everything = list(AccountClass)
    tell(CODES, everything, found.total)
    tell((ELSEWHERE,), everything, found.communes.elsewhere)
    for key in needs.GROUPS:
        tell(CODES, [one for one in everything if needs.BY_CLASS[one].group == key], found.groups[key])
    for one in everything:
        tell(CODES, [one], found.classes[one])
    for commune in found.communes.each:
        if commune.code not in CODES:
            continue
        tell((commune.code,), everything, commune.accounts)
        if commune.share is not None and commune.accounts is not None:
            tell((commune.code,), [*AUTOMATIC], round(commune.share * commune.accounts))
        for one in everything:
            tell((commune.code,), [one], commune.classes[one.value])
    return equations


def solved(equations: list[Equation]) -> set[Place]:
    """Gauss and Jordan over the whole numbers modulo a prime: the counts that have one value in every solution."""
    places = sorted({place for places, _value in equations for place in places})
    at = {place: number for number, place in enumerate(places)}
    rows = [{at[place]: 1 for place in found} for found, _value in equations]
    done: list[dict[int, int]] = []
    while rows:
        row = rows.pop()
        if not row:
            continue
        column, value = next(iter(row.items()))
        inverse = pow(value, -1, PRIME)
        pivot = {one: factor * inverse % PRIME for one, factor in row.items()}
        for other in chain(rows, done):
            if factor := other.get(column):
                for one, part in pivot.items():
                    left = (other.get(one, 0) - factor * part) % PRIME
                    other[one] = left
                    if not left:
                        del other[one]
        done.append(pivot)
    return {places[next(iter(row))] for row in done if len(row) == 1}


def most(equations: list[Equation], unknown: set[Place]) -> dict[Place, int]:
    """The upper bound of each count; every hidden count of a commune is known to be one at least."""
    low: dict[Place, int] = {}
    high: dict[Place, int] = {}
    for place in set(chain.from_iterable(places for places, _value in equations)):
        low[place], high[place] = int(place in unknown), 10**9
    moved = True
    while moved:
        moved = False
        for places, value in equations:
            lows, highs = sum(low[place] for place in places), sum(high[place] for place in places)
            for place in places:
                below, above = value - (highs - high[place]), value - (lows - low[place])
                if above < high[place] or below > low[place]:
                    high[place], low[place] = min(above, high[place]), max(below, low[place])
                    lows, highs = sum(low[one] for one in places), sum(high[one] for one in places)
                    moved = True
    return high


@settings(deadline=None, max_examples=60)
@given(BASES)
def test_no_count_of_a_commune_is_solved_or_known_to_be_small(counts: dict[Place, int]) -> None:
    # Enough people in every group, as in a province: a base of five accounts is told by its name alone.
    counts |= {(CODES[0], one): 40 + counts[CODES[0], one] for one in AccountClass}
    counts |= {(CODES[1], one): 60 + counts[CODES[1], one] for one in AccountClass}
    found = reported(counts)
    shown = {(commune.code, AccountClass(name)): count for commune in found.communes.each
             for name, count in commune.classes.items() if commune.code in CODES}  # fmt: skip
    assert all(count in (None, counts[place]) for place, count in shown.items())
    small = {place for place in shown if 0 < counts[place] < SMALLEST}
    assert all(shown[place] is None for place in small)
    equations = told(found)
    assert all(sum(counts[place] for place in places) == value for places, value in equations)
    assert not small & solved(equations)
    bounds = most(equations, {place for place, count in shown.items() if count is None})
    assert {place: bounds[place] for place in small if bounds[place] < SMALLEST} == {}


@given(st.dictionaries(st.sampled_from("abcdefgh"), COUNTS, min_size=1), st.integers(1, 3))
def test_a_list_tells_no_small_count_and_no_sum_that_gives_it_away(counts: dict[str, int], parts: int) -> None:
    sums = [[name for name in counts if ord(name) % parts == part] for part in range(parts)]
    seen = listed(counts, sums)
    for names in sums:
        unseen = [counts[name] for name in names if seen[name] is None]
        assert not any(0 < (seen[name] or 0) < SMALLEST for name in names)
        assert all(seen[name] == counts[name] for name in names if seen[name] is not None)
        alone = sum(count > 0 for name in names if (count := counts[name])) == len(unseen)
        for count in unseen:
            # Its fellows could give what it lacks of ten and keep one each; or nothing is left that could be hidden.
            assert count >= SMALLEST or alone or sum(unseen) - count - len(unseen) + 1 >= SMALLEST - count


def test_a_round_through_other_rows_is_hidden_where_a_row_and_a_column_have_one_small_count_each() -> None:
    table = {"north": (3, 50, 70), "south": (60, 20, 80), "coast": (90, 65, 75)}
    cells = {
        (row, column): Cell(count, row, column) for row, counts in table.items() for column, count in enumerate(counts)
    }
    found = hidden(cells)
    assert found.places == {("north", 0), ("north", 1), ("south", 0), ("south", 1)}
    assert not found.bare


def test_what_nothing_can_protect_is_said_to_be_bare() -> None:
    assert hidden({"a": Cell(3, "row")}).bare == {"a"}
    assert hidden({"a": Cell(1, "row"), "b": Cell(1, "row")}).bare == {"a", "b"}
    assert hidden({"a": Cell(9, "row"), "b": Cell(2, "row")}).bare == set()


def commune(counts: dict[Place, int], code: str = CODES[0]) -> Commune:
    return next(one for one in reported(counts).communes.each if one.code == code)


C = AccountClass
PLENTY = {(code, one): 100 for code in CODES[1:3] for one in AccountClass}


def test_a_share_that_would_tell_a_small_group_is_not_told() -> None:
    found = commune(PLENTY | {(CODES[0], C.EXACT): 500, (CODES[0], C.DEAD): 3})
    assert found.accounts == 503
    assert found.share is None
    assert [name for name, count in found.classes.items() if count is None] == ["exact", "dead"]


def test_the_province_less_the_other_communes_gives_no_commune_away() -> None:
    found = reported(PLENTY | {(CODES[0], C.EXACT): 3, (CODES[3], C.EXACT): 30})
    assert {one.code for one in found.communes.each if one.accounts is None} == {CODES[0], CODES[3]}
    assert found.communes.elsewhere == 0


def test_a_band_of_age_or_of_last_sign_in_is_not_what_the_others_leave() -> None:
    rows = [("exact", "2000", 100), ("exact", "1985", 60), ("exact", "1970", 4)]
    months = [("exact", "2024-04", 100), ("exact", "2023-10", 60), ("exact", "2022-10", 4)]
    found = figures({"exact": 164}, rows, months, [], AS_OF)
    for bands in (found.ages, found.sign_ins):
        assert [band.accounts for band in bands][:3] == [100, None, None]
        assert [band.share is None for band in bands][:3] == [False, True, True]


def test_groups_funnel_and_desk_load_tell_no_class_of_few() -> None:
    classes = {"exact": 900, "number_taken": 2, "no_match": 30, "several_people": 40, "never_signed_in": 4, "dead": 60}
    found = figures(classes, [], [], [], AS_OF)
    assert [one for one, count in found.classes.items() if count is None] == [
        C.NUMBER_TAKEN, C.DEAD, C.NO_MATCH, C.NEVER_SIGNED_IN,
    ]  # fmt: skip
    assert {key for key, count in found.groups.items() if count is None} == {"agency", "none"}
    assert found.funnel == (1036, 972, 900, 900)
    # Sixteen each, as far as the visits tell.
    assert found.loads[C.NUMBER_TAKEN] == round(16 * needs.BY_CLASS[C.NUMBER_TAKEN].desk_share)
