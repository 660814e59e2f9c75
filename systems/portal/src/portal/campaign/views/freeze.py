"""`/dong-bang/<token>`: whoever was told of a link at an old contact point can stop the account once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from portal.accounts.actions import freeze
from portal.accounts.errors import error


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """GET only asks (scanners of mail open links too); POST freezes. A token works once."""
    if request.method == "GET":
        link = freeze.look(token)
        return render(request, "campaign/freeze.html", {"link": link}) if link else _refused(request, "FREEZE_REFUSED")
    code = freeze.execute(token)
    return _refused(request, code) if code else render(request, "campaign/frozen.html")


def _refused(request: HttpRequest, code: str) -> HttpResponse:
    what = error(code)
    return render(request, "campaign/freeze_refused.html", {"error": what, "code": code}, status=what.status)
