"""The page that says why an act on a draft or dossier was not possible, and the way on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.dossiers import wording

_STATUS = {"NOT_YOURS": 404, "ACCOUNT_FROZEN": 403, "NO_SUCH_STEP": 404}


def refuse(request: HttpRequest, code: str) -> HttpResponse:
    """A whole page for a refused act; the stable code stands apart, for the hotline."""
    title, text = wording.refusal(code)
    context = {"title": title, "text": text, "code": code}
    return render(request, "dossiers/refused.html", context, status=_STATUS.get(code, 409))
