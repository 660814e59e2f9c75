"""The page that leads to procedures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def procedures(request: HttpRequest) -> HttpResponse:
    """Where procedures stand and how the commune helps; the list itself is the national portal's."""
    return render(request, "organisation/procedures.html", {"nav_current": "procedures"})
