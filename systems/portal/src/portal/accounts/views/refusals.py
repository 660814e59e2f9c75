"""How a "no" is shown: one page for every entry of the error catalogue, and the red box above a form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.accounts.cutover import Verdict
from portal.accounts.errors import error

FLASH = "flash"


def refuse(request: HttpRequest, code: str, *, reference: str = "", **context: Any) -> HttpResponse:
    """The page of a refusal, with its status, the ways on and the code for the hotline."""
    entry = error(code)
    facts = {"error": entry, "reference": reference or None} | context
    return render(request, "accounts/refusal.html", facts, status=entry.status)


def refuse_by_policy(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    """The page of an old login that the date has ended, or that cannot be judged now."""
    if verdict.expired:
        return render(request, "accounts/date_passed.html", {"verdict": verdict}, status=403)
    return refuse(request, str(verdict.code))


def flash(request: HttpRequest, code: str) -> None:
    """Say a "no" on the next page that is shown in this browser."""
    request.session[FLASH] = code
