"""Signing in with the e-ID: start, arrival, the old account that waits, and the pages when it did not work."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts import policy, sessions
from portal.accounts.actions import enter as act
from portal.accounts.errors import ERRORS
from portal.accounts.models import PortalAccount
from portal.accounts.persons import login_of
from portal.accounts.safe_next import safe_next
from portal.accounts.views.refusals import FLASH, refuse
from portal.accounts.views.to_eid import ends_at_eid, send_to_eid
from portal.config import CONFIG
from portal.eid_login.callback import Result, take

WAITING = "/vneid/tai-khoan-cu"
# In a province the arrival belongs to `sso`: two doors may have to be joined there.
ARRIVED = "/vneid/vao" if CONFIG.national else "/sso/vneid"


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """`/vneid/bat-dau`: `next`, `level` (1 or 2), `fresh`. Step-up is a new sign-in of the same kind."""
    next_ = safe_next(request.GET.get("next"))
    level = 2 if request.GET.get("level") == "2" else 1
    login = request.login  # type: ignore[attr-defined]
    stepping_up = login is not None and login.how == "eid"
    return send_to_eid(
        request,
        "step_up" if stepping_up else "sign_in",
        then=ARRIVED,
        back=_back(request),
        level=level,
        fresh="fresh" in request.GET,
        about={"next": next_} | ({"sub": login.sub} if stepping_up else {}),
    )


def _back(request: HttpRequest) -> str:
    """The page of ours that the person came from; there he reads what a refusal means."""
    came_from = request.headers.get("Referer", "")
    ours = came_from.startswith(CONFIG.origin + "/")
    path = safe_next(came_from.removeprefix(CONFIG.origin) if ours else None, "/vneid/loi")
    return "/vneid/loi" if path.startswith("/vneid/") else path


@require_GET
def arrive(request: HttpRequest) -> HttpResponse:
    """`/vneid/vao`: the e-ID has proven who it is."""
    result = take(request, "sign_in", "step_up", keep=True)
    if result is None:
        return refuse(request, "CALLBACK_STATE")
    # guard: step-up-is-the-same-person
    if result.intent == "step_up" and result.about.get("sub") != result.identity.sub:
        take(request, "step_up")
        return refuse(request, "LINK_OTHER_PERSON")
    entry = act.execute(result.identity)
    if entry.profile is None:
        return HttpResponseRedirect(WAITING, status=303)
    take(request, "sign_in", "step_up")
    sessions.start_login(request, login_of(result.identity, entry.profile))
    return HttpResponseRedirect(safe_next(result.about.get("next")), status=303)


@require_http_methods(["GET", "POST"])
def old_account_waits(request: HttpRequest) -> HttpResponse:
    """`/vneid/tai-khoan-cu`: told so and led to the link before a fresh profile is made."""
    result = take(request, "sign_in", "step_up", keep=True)
    if result is None:
        return refuse(request, "CALLBACK_STATE")
    entry = act.execute(result.identity, make_fresh=request.method == "POST")
    if entry.profile is not None:
        take(request, "sign_in", "step_up")
        sessions.start_login(request, login_of(result.identity, entry.profile))
        return HttpResponseRedirect(safe_next(result.about.get("next")), status=303)
    return _waiting_page(request, result, entry.waiting)


def _waiting_page(request: HttpRequest, result: Result, waiting: list[PortalAccount]) -> HttpResponse:
    verdicts = [(account, policy.judge(account.kind, account.cohort)) for account in waiting]
    context = {"waiting": verdicts, "name": result.identity.full_name, "next": result.about.get("next", "")}
    return ends_at_eid(render(request, "accounts/old_account_waits.html", context))


@require_GET
def failed(request: HttpRequest) -> HttpResponse:
    """`/vneid/loi`: what it means when the sign-in did not come through."""
    code = request.session.pop(FLASH, "CALLBACK_STATE")
    return refuse(request, code if code in ERRORS else "CALLBACK_STATE")
