"""`/ban-ho-tro`: the lists of the claim desk, and its figures."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.accounts.duty.access import Acting, require_role
from portal.accounts.duty.rules import Role
from portal.claims import figures as desk_figures
from portal.claims import showing
from portal.claims.models import Claim
from portal.claims.states import State
from portal.config import CONFIG

MOST = 100


def national_only() -> None:
    """Old accounts, and so claims, are the national portal's. Raises Http404 elsewhere."""
    if not CONFIG.national:
        raise Http404


@require_GET
@require_role(Role.DESK_OFFICER.value)
def queue(request: HttpRequest) -> HttpResponse:
    """What this officer can do something about: drawn for a second opinion first, then by deadline."""
    national_only()
    duty: Acting = request.duty  # type: ignore[attr-defined]
    mine = Q(state=State.SECOND, second_grant=duty.grant_id)
    first = Q(state=State.FIRST) & (Q(first_grant=None) | Q(first_grant=duty.grant_id))
    rows = Claim.objects.filter(mine | first).order_by("due_at", "made_at")
    drawn = [showing.row(claim) for claim in rows.filter(mine)]
    waiting = [showing.row(claim) for claim in rows.filter(first)[:MOST]]
    followed = Claim.objects.filter(opinions__grant=duty.grant_id).exclude(
        pk__in=[r["claim"].pk for r in drawn + waiting]
    )
    context = {
        "drawn": drawn,
        "waiting": waiting,
        "followed": [showing.row(claim) for claim in followed.distinct().order_by("-made_at")[:20]],
        "undrawn": Claim.objects.filter(state=State.SECOND, second_grant=None).count(),
    }
    return render(request, "claims/queue.html", showing.frame(request, "queue") | context)


@require_GET
@require_role(Role.DESK_REVIEWER.value)
def reviews(request: HttpRequest) -> HttpResponse:
    """Decisions that wait for a third person."""
    national_only()
    held = Claim.objects.filter(state__in=(State.GRANTED, State.STOPPED), reviewed_at=None).exclude(review_why=[])
    context = {"rows": [showing.row(claim) for claim in held.order_by("effect_at")[:MOST]]}
    return render(request, "claims/reviews.html", showing.frame(request, "reviews") | context)


@require_GET
@require_role(Role.DESK_OFFICER.value, Role.DESK_REVIEWER.value)
def figures(request: HttpRequest) -> HttpResponse:
    """How the desk does, over 90 days."""
    national_only()
    return render(request, "claims/figures.html", showing.frame(request, "figures") | {"figures": desk_figures.now()})
