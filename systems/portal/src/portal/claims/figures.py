"""The figures of the desk: what waits, how long it took, what was given, by office; small numbers are left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from kernel import country_time
from portal.claims.models import Claim, Opinion
from portal.claims.states import OPEN, State

WINDOW = timedelta(days=90)
SMALL = 5


@dataclass(frozen=True, slots=True)
class Office:
    """Opinions of one office in the window; `given_percent` None where there are too few to say."""

    code: str
    opinions: int
    given_percent: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The page."""

    waiting: int
    late: int
    given: int
    refused: int
    reviewed: int
    stopped: int
    hours_to_decide: int | None
    offices: list[Office]


def now() -> Figures:
    """As it stands, over the last 90 days."""
    at = country_time.now()
    recent = Claim.objects.filter(decided_at__gt=at - WINDOW)
    took = [(c.decided_at - c.made_at) / timedelta(hours=1) for c in recent if c.decided_at]
    return Figures(
        waiting=Claim.objects.filter(state__in=OPEN).count(),
        late=Claim.objects.filter(state__in=OPEN, due_at__lt=at).count(),
        given=recent.filter(state__in=(State.GRANTED, State.EFFECTIVE)).count(),
        refused=recent.filter(state=State.REFUSED).count(),
        reviewed=recent.exclude(review_why=[]).count(),
        stopped=recent.exclude(stopped_by="").count(),
        hours_to_decide=round(median(took)) if took else None,
        offices=[_office(code) for code in _offices()],
    )


def _offices() -> list[str]:
    return sorted(set(Opinion.objects.filter(at__gt=country_time.now() - WINDOW).values_list("office", flat=True)))


def _office(code: str) -> Office:
    rows = Opinion.objects.filter(office=code, at__gt=country_time.now() - WINDOW)
    count = rows.count()
    return Office(code, count, round(100 * rows.filter(verdict="give").count() / count) if count >= SMALL else None)
