"""Sign-in with an old account: the form, the code, and where it leads."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from portal.accounts import codes, policy, sessions
from portal.accounts.actions import sign_in as act
from portal.accounts.errors import error
from portal.accounts.models import Kind, PortalAccount, State
from portal.accounts.policy import OldLoginRefused
from portal.accounts.safe_next import safe_next
from portal.accounts.views.refusals import refuse, refuse_by_policy
from portal.config import CONFIG
from portal.eid_login.start import binding

PENDING = "sign_in"
PENDING_LIFE = 900


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """`/dang-nhap`: national, the old account; in a province, the two ways in."""
    next_ = safe_next(request.POST.get("next") or request.GET.get("next"))
    verdict = policy.judge(Kind.CITIZEN)
    context: dict[str, Any] = {"next": next_, "verdict": verdict, "identifier": "", "refused": None}
    if not CONFIG.national:
        return render(request, "accounts/sign_in_province.html", context)
    if request.method == "POST":
        identifier = request.POST.get("identifier", "")[:60]
        found = act.check_password(
            identifier, request.POST.get("password", "")[:200], request.META.get("REMOTE_ADDR", "")
        )
        if found.account is not None:
            return _ask_code(request, found.account, next_)
        if found.refused.startswith(("CUTOFF", "POLICY")):
            return _refused_after_password(request, identifier)
        context |= {"identifier": identifier, "refused": error(found.refused)}
        return render(request, "accounts/sign_in.html", context, status=context["refused"].status)
    template = "accounts/date_passed.html" if verdict.expired and "cach" not in request.GET else "accounts/sign_in.html"
    return render(request, template, context)


def _ask_code(request: HttpRequest, account: PortalAccount, next_: str) -> HttpResponse:
    act.send_code(account, binding(request))
    # guard: pre-session-is-fresh
    request.session.cycle_key()
    request.session[PENDING] = {"account": str(account.pk), "next": next_, "at": int(time.time())}
    return HttpResponseRedirect("/dang-nhap/ma-xac-thuc", status=303)


def _refused_after_password(request: HttpRequest, identifier: str) -> HttpResponse:
    """The password was right, the date has passed (or cannot be judged): say so, with the way on."""
    from portal.accounts.finding import by_identifier

    kinds = [(each.kind, each.cohort) for each in by_identifier(identifier)] or [(str(Kind.CITIZEN), "default")]
    return refuse_by_policy(request, policy.judge(*kinds[0]))


def _pending(request: HttpRequest) -> dict[str, Any] | None:
    waiting = request.session.get(PENDING)
    return waiting if waiting and time.time() - waiting["at"] < PENDING_LIFE else None


@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """`/dang-nhap/ma-xac-thuc`: the SMS code, tries left, resend."""
    waiting = _pending(request)
    if waiting is None:
        return HttpResponseRedirect("/dang-nhap", status=303)
    account = PortalAccount.objects.get(pk=waiting["account"])
    context: dict[str, Any] = {"phone": account.phone or "", "action": request.path, "back": "/dang-nhap"}
    if "resend" in request.POST:
        return render(request, "accounts/code.html", context | resent(act.send_code(account, binding(request))))
    if request.method == "POST":
        result, left = codes.check("sign_in", waiting["account"], request.POST.get("otp", "")[:20], binding(request))
        if result is codes.CodeResult.RIGHT:
            return _complete(request, waiting)
        context |= {"error": error(str(result)), "tries_left": left}
    return render(request, "accounts/code.html", {"error": None, "tries_left": 0, "sent": None} | context)


def resent(sent: codes.Sent) -> dict[str, Any]:
    """What the code page says after "send again"."""
    refused = error(sent.refused) if sent.refused else None
    return {"error": refused, "tries_left": 0, "sent": sent}


def _complete(request: HttpRequest, waiting: dict[str, Any]) -> HttpResponse:
    try:
        record = act.complete(waiting["account"])
    except OldLoginRefused as refused:
        return refuse_by_policy(request, refused.verdict)
    except PortalAccount.DoesNotExist:
        return refuse(request, "SIGN_IN_WRONG")
    request.session.pop(PENDING, None)
    sessions.start_login(request, record)
    account = PortalAccount.objects.get(pk=waiting["account"])
    return HttpResponseRedirect(where_next(account, waiting["next"]), status=303)


def where_next(account: PortalAccount, next_: str) -> str:
    """The guided page without a matched number, the system notice with one, else where he wanted to go."""
    onward = "?" + urlencode({"next": next_})
    if account.kind != Kind.ORGANISATION and account.state == State.OPEN:
        return "/cap-nhat-so-dinh-danh" + onward
    if account.state == State.MATCHED:
        return "/thong-bao-he-thong" + onward
    return next_
