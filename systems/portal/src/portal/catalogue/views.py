"""The catalogue for everybody: search and one procedure. No sign-in is needed to read."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from design.page_request import current
from portal.catalogue.models import ProcedureVersion
from portal.catalogue.offices import communes_served
from portal.catalogue.search import search, version_in_force

LEVELS = ("full_online", "partial_online")


def _row(version: ProcedureVersion) -> dict[str, object]:
    language = current().language
    return {
        "code": version.procedure_id,
        "name": version.text("name", language),
        "sector": version.text("sector", language),
        "authority": version.text("authority", language),
        "time": version.text("time", language),
        "fee": version.text("fee", language),
        "level": version.fact("level"),
        "online": version.fact("form") is not None,
    }


@require_GET
def procedures(request: HttpRequest) -> HttpResponse:
    """The list, or what a search found."""
    text = request.GET.get("q", "").strip()[:100]
    rows = [_row(version) for version in search(text)]
    return render(request, "catalogue/procedures.html", {"rows": rows, "typed": text})


@require_GET
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure: time, fee, components, and the way to file it."""
    version = version_in_force(code)
    if version is None:
        raise Http404
    language = current().language
    context = _row(version) | {
        "components": [
            {"name": item["name"][language], "required": item["required"]} for item in version.fact("components") or ()
        ],
        "legal_basis": version.fact("legal_basis") or (),
        "places": list(communes_served(code).values()) if version.fact("form") else [],
        "version": version,
    }
    return render(request, "catalogue/procedure.html", context)
