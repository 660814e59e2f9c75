"""Pages that belong to the whole portal: home, health, and the pages that say no."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from portal.accounts import policy
from portal.config import CONFIG


def healthz(_request: HttpRequest) -> HttpResponse:
    """Alive, and whose process this is; 503 while the database is away."""
    answer = {"system": "portal", "role": CONFIG.role, "run_id": CONFIG.run_id, "ok": True}
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return JsonResponse(answer | {"ok": False}, status=503)
    return JsonResponse(answer)


def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    return render(request, "portal/home.html", {"verdict": policy.judge("citizen")})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, with ways on."""
    return render(request, "portal/not_found.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: what happened is in the log, never on the page."""
    return render(request, "portal/server_error.html", status=500)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form did not come from a page of ours that this browser holds."""
    return render(request, "portal/form_refused.html", status=403)
