"""One try of a match, from the guided page or the identity section: the form, the act, the page that follows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from kernel import country_time
from portal.accounts.actions import match as act
from portal.accounts.errors import error
from portal.accounts.forms import read_match
from portal.accounts.matching import MatchCode
from portal.accounts.models import PortalAccount
from portal.accounts.policy import OldLoginRefused
from portal.accounts.views.refusals import refuse, refuse_by_policy
from portal.i18n import _

PAGES = (MatchCode.CONFLICT, MatchCode.NOT_OPEN, MatchCode.RESET_WAIT)


def fault_text(fault: str) -> str:
    """What to do about a wrongly filled field of the match form."""
    return {
        "twelve": _("Enter your 12-digit personal number, for example 045185000123."),
        "LINK_NO_CCCD": str(error("LINK_NO_CCCD").text),
        "name": _("Enter your full name with all accents, as on your card"),
        "date": _("Enter the date of birth as on your card, for example 12/02/1985, or only the year"),
    }[fault]


def try_match(
    request: HttpRequest, account: PortalAccount, *, template: str, done: str, context: dict[str, Any]
) -> HttpResponse:
    """Read the form, try, and show `template` again with everything typed kept, or go on to `done`."""
    form = read_match(request.POST, account)
    shown: dict[str, Any] = context | {
        "account": account,
        "form": form,
        "errors": {name: fault_text(fault) for name, fault in form.faults.items()},
        "refusal": None,
        "agreeing": (),
        "saved_at": None,
    }
    if form.said is None:
        return render(request, template, shown)
    try:
        outcome = act.execute(
            request.login,  # type: ignore[attr-defined]
            form.said,
            accept_conflict="accept_conflict" in request.POST,
        )
    except OldLoginRefused as refused:
        return refuse_by_policy(request, refused.verdict)
    if outcome.code is MatchCode.MATCHED:
        return HttpResponseRedirect(done, status=303)
    if outcome.code is MatchCode.CONFLICT and "accept_conflict" not in request.POST and account.state == "open":
        return render(request, "accounts/conflict_question.html", shown | {"action": request.get_full_path()})
    if outcome.code in PAGES:
        return refuse(request, str(outcome.code), reference=_reference(outcome.request_id))
    shown |= {
        "refusal": error(str(outcome.code)),
        "agreeing": outcome.agreeing,
        "reference": _reference(outcome.request_id),
        "saved_at": country_time.now() if outcome.code is MatchCode.UNAVAILABLE else None,
    }
    page = "accounts/register_unavailable.html" if outcome.code is MatchCode.UNAVAILABLE else "accounts/no_match.html"
    return render(request, page, shown | {"action": request.get_full_path()}, status=shown["refusal"].status)


def _reference(request_id: str) -> str:
    """A short number for the hotline; the register's own request id, cut."""
    return request_id.replace("-", "")[-8:].upper()
