"""The search page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commune.publication.listing import page_of
from commune.search.index import find, words
from kernel import country_time

LONGEST_QUERY = 200


def search(request: HttpRequest) -> HttpResponse:
    """`?q=`: what was found, or how to search. Never remembered by the page cache."""
    asked = request.GET.get("q", "")[:LONGEST_QUERY].replace("\x00", "").strip()
    results = page_of(request, find(asked, country_time.now())) if words(asked) else None
    return render(request, "search/search.html", {"asked": asked, "results": results, "nav_current": "search"})
