"""`/tra-cuu`: anybody may ask for the state of a code; nobody learns more than that."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.dossiers import lookup, wording


@require_GET
def look_up(request: HttpRequest) -> HttpResponse:
    """The form, and under it the answer."""
    text = request.GET.get("code", "").strip()[:60]
    context: dict[str, object] = {"typed": text, "code": None, "state": None, "asked": bool(text), "too_many": False}
    status = 200
    if text:
        try:
            dossier = lookup.look_up(text, request.META.get("REMOTE_ADDR", ""))
        except lookup.TooManyLookups:
            context["too_many"], status = True, 429
        else:
            if dossier is not None:
                # guard: lookup-state-only
                context |= {"code": dossier.code, "state": wording.state_words(dossier.state)}
            else:
                status = 404
    return render(request, "dossiers/lookup.html", context, status=status)
