"""The plan of the campaign as pure rules: how many notices a day, will it be enough, may the date come, safe lists.

Serves `architecture.md` 4 ("The date") and the lesson of Denmark's move: the help desk, not the network, was the limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, sqrt
from statistics import mean, pvariance

GOAL_PERCENT = 95
WINDOW_DAYS = 28
EIGHTY_PERCENT = 1.2816
"""Eight of ten runs end within the band (normal approximation)."""
UNREACHED_PERCENT = 5
REHEARSED_WITHIN = timedelta(days=30)
SMALL = 10
FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")


@dataclass(frozen=True, slots=True)
class Capacity:
    """`per_day`: notices the agency wants to send in a day. `answers`: calls and claims that the desks take in a day.
    `asks_percent`: of those who are told, how many ask for help. `backlog`: how many wait at the desks now."""

    per_day: int
    answers: int
    asks_percent: int
    backlog: int


def notices_today(capacity: Capacity, sent_today: int) -> int:
    """How many more may be sent today: a desk that is full slows the wave down, an overrun one stops it."""
    free = max(0, capacity.answers - capacity.backlog)
    # guard: full-desk-slows-the-wave
    bearable = capacity.per_day if capacity.asks_percent <= 0 else free * 100 // capacity.asks_percent
    return max(0, min(capacity.per_day, bearable) - sent_today)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Shares of all accounts, 0..1, on the last day before the date: the middle, and eight of ten between the ends.

    `needed_a_day`: links a day that would reach the goal; None when the date has come.
    """

    low: float
    middle: float
    high: float
    needed_a_day: int | None

    @property
    def reaches(self) -> bool:
        return self.middle * 100 >= GOAL_PERCENT


def forecast(total: int, done: int, daily: Sequence[int], days_left: int) -> Forecast:
    """From the links of each of the last days: the same pace, its own scatter, and an end of who is left.

    `daily`: links per day, oldest first, at most `WINDOW_DAYS` counted. The more are done, the fewer can follow.
    """
    if total <= 0:
        return Forecast(0.0, 0.0, 0.0, None)
    seen = list(daily[-WINDOW_DAYS:])
    share = done / total
    if days_left <= 0 or not seen:
        return Forecast(share, share, share, None if days_left <= 0 else _needed(total, done, days_left))
    left = max(0, total - done)
    pace = mean(seen) / max(1, left + sum(seen) / 2)  # share of those left who link in a day
    spread = EIGHTY_PERCENT * sqrt(max(pvariance(seen), mean(seen))) / sqrt(len(seen)) / max(1, left)
    ends = [done + left * (1 - (1 - min(0.99, max(0.0, p))) ** days_left) for p in (pace - spread, pace, pace + spread)]
    low, middle, high = (min(1.0, max(share, end / total)) for end in ends)
    return Forecast(low, middle, high, _needed(total, done, days_left))


def _needed(total: int, done: int, days_left: int) -> int:
    return ceil(max(0, total * GOAL_PERCENT / 100 - done) / max(1, days_left))


@dataclass(frozen=True, slots=True)
class GateFacts:
    """What go or no-go is judged by. `*_answers`: asked just now. `rehearsed`: since the last good rehearsal."""

    linked_percent: float
    portals_hold_policy: bool
    register_answers: bool
    eid_answers: bool
    conserved: bool
    unreached_percent: float
    desk_offices: int
    desk_late: int
    rehearsed: timedelta | None
    frozen: bool


GATE = (
    # guard: go-only-when-every-condition-holds
    ("COVERAGE", lambda f: f.linked_percent >= GOAL_PERCENT),
    ("POLICY_HELD", lambda f: f.portals_hold_policy),
    ("REGISTER", lambda f: f.register_answers),
    ("EID", lambda f: f.eid_answers),
    ("CONSERVATION", lambda f: f.conserved),
    ("REACHABLE", lambda f: f.unreached_percent <= UNREACHED_PERCENT),
    ("DESK_STAFFED", lambda f: f.desk_offices >= 2),
    ("DESK_IN_TIME", lambda f: f.desk_late == 0),
    ("REHEARSED", lambda f: f.rehearsed is not None and f.rehearsed <= REHEARSED_WITHIN),
    ("NOT_FROZEN", lambda f: not f.frozen),
)


def gate(facts: GateFacts) -> dict[str, bool]:
    """Each named condition, in order, and whether it holds; go means: all of them."""
    return {name: bool(holds(facts)) for name, holds in GATE}


def may_roll_back(*, since_date: timedelta | None, archived_by_rule: int) -> bool:
    """The date can be moved back until accounts have been put away because of it: that is the point of no return."""
    return since_date is None or since_date < timedelta(0) or archived_by_rule == 0


def personal_deadline(told: date, legal: date, days: int) -> date:
    """A person's own day: some days after the first notice, always before the date of the law."""
    # guard: personal-deadline-before-the-law
    return min(told + timedelta(days=max(1, days)), legal - timedelta(days=1))


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet runs as a formula: what begins like one gets an apostrophe; no line breaks, no NUL."""
    plain = " ".join(text.replace("\0", "").split())
    # guard: list-cells-are-no-formulas
    return f"'{plain}" if plain.startswith(FORMULA) or text[:1] in FORMULA else plain


def shown_count(number: int) -> str:
    """Small numbers are not told apart from each other."""
    return str(number) if number >= SMALL or number == 0 else f"<{SMALL}"


def line(values: Iterable[float], x0: float, x1: float, y0: float, y1: float) -> str:
    """The path of a line through shares 0..1, left to right, in the coordinates of the drawing."""
    points = list(values)
    step = (x1 - x0) / max(1, len(points) - 1)
    return "M" + "L".join(f"{x0 + step * n:.1f} {y1 - (y1 - y0) * share:.1f}" for n, share in enumerate(points))
