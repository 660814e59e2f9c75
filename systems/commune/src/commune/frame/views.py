"""Addresses that belong to no section: health, the ways to the portals, and what is said when something fails."""

from __future__ import annotations

from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render

from commune.frame.links import portal_url
from commune.settings import current


def healthz(_request: HttpRequest) -> JsonResponse:
    """Whether this process and its database answer; 503 while the database is away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        ok = True
    except Error:
        ok = False
    body = {"system": "commune", "run_id": current().run_id, "ok": ok}
    return JsonResponse(body, status=200 if ok else 503)


def portal(request: HttpRequest) -> HttpResponseRedirect:
    """`/cong/quoc-gia`, `/cong/tinh`: the portal this site is configured with."""
    address = portal_url(request.path, current())
    if address is None:
        raise Http404
    return HttpResponseRedirect(address)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 with ways on."""
    return render(request, "frame/not_found.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """500; asks the database for nothing, because it may be the reason."""
    return render(request, "frame/failed.html", status=500)


def refused(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """403, also for a form whose protection token is missing; what was wrong is not told to a stranger."""
    return render(request, "frame/refused.html", status=403)
