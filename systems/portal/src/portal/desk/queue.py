"""The queue of an office: what waits for an answer, sorted by its deadline; found by code, number or name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from kernel import country_time, personal_id
from kernel.vietnamese_names import fold
from portal.dossiers import clocks
from portal.dossiers.models import Dossier, DossierEvent, Origin
from portal.dossiers.states import State
from portal.sealing import blind

WAITING = (State.SUBMITTED,)
IN_HAND = (State.ACCEPTED, State.PROCESSING, State.SUPPLEMENT_REQUESTED, State.DONE)
ORDERS = {"due": ("respond_by", "id"), "new": ("-submitted_at", "id")}
PAGE = 25
MOST_SEARCHED_BY_NAME = 2000


@dataclass(frozen=True)
class Figures:
    """The four numbers above the queue."""

    waiting: int
    soon: int
    late: int
    answered_today: int


def of_office(office: str, states: tuple[State, ...]) -> QuerySet[Dossier]:
    """The dossiers that lie with this office in these states."""
    rows = Dossier.objects.filter(office_code=office, state__in=states).exclude(origin=Origin.HANDED_OVER)
    return rows.exclude(office_code="")


def find(rows: QuerySet[Dossier], text: str) -> QuerySet[Dossier]:
    """Narrow by part of a code, a whole personal number, or (sealed, so compared here) words of a name."""
    text = text.strip()
    if not text:
        return rows
    wanted = Q(code__icontains=text)
    try:
        wanted |= Q(applicant_index=blind(personal_id.normalise(text), "personal_id"))
    except ValueError:
        words = fold(text)
        if words and not any(char.isdigit() for char in words):
            some = rows.order_by("-submitted_at")[:MOST_SEARCHED_BY_NAME]
            wanted |= Q(pk__in=[d.pk for d in some if words in fold(d.who.get("full_name", ""))])
    return rows.filter(wanted)


def figures(office: str, now: datetime) -> Figures:
    """The four numbers of an office at this moment of the country."""
    deadlines = [d for d in of_office(office, WAITING).values_list("respond_by", flat=True) if d]
    tones = [clocks.clock(deadline, now).tone for deadline in deadlines]
    midnight = country_time.now().replace(hour=0, minute=0, second=0, microsecond=0)
    answers = DossierEvent.objects.filter(
        unit=office, act__in=("accept", "refuse_reception", "request_supplement"), at__gte=midnight
    ).filter(at__lt=midnight + timedelta(days=1))
    return Figures(len(deadlines), tones.count("soon"), tones.count("late"), answers.count())
