"""Pages that belong to the whole portal: home, health, and the pages that say no."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from design.page_request import current
from portal.accounts import policy
from portal.catalogue.search import search
from portal.config import CONFIG

OFTEN = ("1.004194", "1.001193", "1.004873", "2.000815")  # chosen by the editors, as many as the page has room for


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
    language = current().language
    versions = {version.procedure_id: version for version in search("")}
    often = [
        {
            "code": code,
            "name": versions[code].text("name", language),
            "level": versions[code].fact("level"),
            "time": versions[code].text("time", language),
        }
        for code in OFTEN
        if code in versions
    ]
    context = {"verdict": policy.judge("citizen"), "often": often, "procedures_count": len(versions)}
    return render(request, "portal/home.html", context)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, with ways on."""
    return render(request, "portal/not_found.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: what happened is in the log, never on the page."""
    return render(request, "portal/server_error.html", status=500)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form did not come from a page of ours that this browser holds."""
    return render(request, "portal/form_refused.html", status=403)
