"""`/dieu-hanh/tong-quan`: how far the move is, what is in the way, will it be in time; lists for the communes."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from design import formats
from kernel import country_time
from portal.accounts import audit
from portal.campaign import planning, progress
from portal.campaign.progress import Progress
from portal.campaign.views.frame import EITHER, cohort_of, national_only, page
from portal.i18n import _, lazy

WHY = {
    "MATCHED": lazy("Matched, not signed in with VNeID yet"),
    "NINE_DIGITS": lazy("Only a 9-digit number"),
    "NO_NUMBER": lazy("No number at all"),
    "NOT_MATCHED": lazy("Not matched with the population database yet"),
    "CONFLICT": lazy("In conflict: for the claim desk"),
    "WAITING": lazy("Waiting for a claim"),
    "FROZEN": lazy("Frozen: for the claim desk"),
}
NARROW = 400


@require_GET
@EITHER
def overview(request: HttpRequest) -> HttpResponse:
    """The dashboard."""
    national_only()
    cohort = cohort_of(request)
    now = progress.now(cohort)
    total = max(1, now.total)
    context: dict[str, Any] = {
        "progress": now,
        "cohort": cohort,
        "cohorts": progress.cohorts(),
        "funnel": [
            {"label": _("Old accounts"), "share": 1.0, "number": now.total},
            {"label": _("Matched with the population database"), "share": now.matched / total, "number": now.matched},
            {"label": _("Linked"), "share": now.linked_share, "number": now.linked, "series": 3},
        ],
        "stuck": [
            {"label": str(WHY[row.why]), "share": row.number / max(1, now.waiting), "number": row.number}
            for row in now.stuck
        ],
        "plots": [plot(now, size) for size in SIZES] if now.legal_date else [],
        "said": _said(now),
        "communes": progress.commune_counts(cohort),
        "switch": progress.switch(),
        "today": country_time.today(),
        "goal": planning.GOAL_PERCENT,
    }
    return page(request, "overview", "overview", **context)


def _said(now: Progress) -> str:
    """The answer of the plot, as a sentence."""
    cast = now.forecast
    shares = {name: formats.percent(getattr(cast, name), 0) for name in ("low", "middle", "high")}
    if not now.days_left or now.days_left <= 0:
        return _("The date has come: %(share)s are linked.", share=formats.percent(now.linked_share, 0))
    if cast.reaches:
        return _("At the pace of four weeks: %(middle)s by the date (%(low)s to %(high)s). That is enough.", **shares)
    return _(
        "At the pace of four weeks: %(middle)s by the date (%(low)s to %(high)s). "
        "The goal needs about %(n)s links a day.",
        n=formats.number(cast.needed_a_day or 0),
        **shares,
    )


@dataclass(frozen=True, slots=True)
class Size:
    """A drawing's size and the edges of its field."""

    width: int
    height: int
    x0: int
    x1: int
    y0: int
    y1: int


SIZES = (Size(560, 300, 44, 410, 26, 266), Size(256, 280, 44, 242, 26, 246))


def plot(now: Progress, size: Size) -> dict[str, object]:
    """The coordinates of one drawing: what was, what is likely, and the band of eight in ten."""
    days, left = len(now.daily), max(1, now.days_left or 1)
    today = size.x0 + (size.x1 - size.x0) / (days + left) * days
    shares, so_far = [], now.linked - sum(now.daily)
    for each in now.daily:
        so_far += each
        shares.append(max(0.0, so_far / max(1, now.total)))

    def y(share: float) -> float:
        return round(size.y1 - (size.y1 - size.y0) * min(1.0, share), 1)

    cast, here = now.forecast, f"M{today:.1f} {y(now.linked_share)}"
    return {
        "size": size,
        "grid": [(y(n / 100), f"{n}%") for n in (0, 25, 50, 75, 100)],
        "goal": y(planning.GOAL_PERCENT / 100),
        "fact": planning.line(shares or [now.linked_share], size.x0, today, size.y0, size.y1),
        "guess": f"{here}L{size.x1} {y(cast.middle)}",
        "band": f"{here}L{size.x1} {y(cast.high)}L{size.x1} {y(cast.low)}Z",
        "today": (round(today, 1), y(now.linked_share)),
        "end": y(cast.middle),
        "wide": size.width > NARROW,
    }


@require_GET
@EITHER
def commune_list(request: HttpRequest, code: str) -> HttpResponse:
    """The list of one commune, for help at the door. Whoever takes it is written down."""
    national_only()
    rows = list(progress.list_for(code, cohort_of(request)))
    if len(rows) < 2:
        raise Http404
    audit.record(
        "campaign.list_taken",
        actor=request.duty.actor,  # type: ignore[attr-defined]
        subject=f"commune:{code}",
        detail={"rows": len(rows) - 1},
    )
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="danh-sach-ho-tro.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
