"""Registering an old account, until the date: what one says, the SMS code, the password."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from portal.accounts import codes, passwords, policy
from portal.accounts.actions import register as act
from portal.accounts.errors import error
from portal.accounts.models import Kind
from portal.accounts.views.refusals import refuse, refuse_by_policy
from portal.accounts.views.sign_in import resent
from portal.eid_login.start import binding
from portal.i18n import _

PENDING = "registration"
FIELDS = ("kind", "number", "full_name", "birth_date", "phone")


def field_text(fault: str) -> str:
    """What to do about a wrongly filled field."""
    return {
        "number": _("Enter your 12-digit personal number (or the 9-digit ID), digits only"),
        "date": _("Enter the date of birth as on your card, for example 12/02/1985, or only the year"),
        "phone": _("Enter a Vietnamese mobile number with 10 digits"),
        "name": _("Enter your full name with all accents, as on your card"),
        "password": _("The password does not fulfil all the rules above"),
        "repeat": _("The two passwords differ"),
    }[fault]


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """`/dang-ky`"""
    verdict = policy.judge(Kind.CITIZEN)
    if not verdict.allowed:
        return refuse_by_policy(request, verdict)
    typed = {name: request.POST.get(name, "")[:120] for name in FIELDS}
    errors: dict[str, str] = {}
    if request.method == "POST":
        said, faults = act.read(typed)
        if said is not None:
            registration, _sent = act.begin(said, binding(request))
            request.session[PENDING] = {"id": registration, "proven": False}
            return HttpResponseRedirect("/dang-ky/ma-xac-thuc", status=303)
        errors = {name: field_text(faults[name]) for name in FIELDS if name in faults}
    return render(request, "accounts/register.html", {"typed": typed, "errors": errors, "verdict": verdict})


@require_http_methods(["GET", "POST"])
def register_code(request: HttpRequest) -> HttpResponse:
    """`/dang-ky/ma-xac-thuc`"""
    waiting = request.session.get(PENDING)
    said = act.said_in(waiting["id"]) if waiting else None
    if waiting is None or said is None:
        return HttpResponseRedirect("/dang-ky", status=303)
    context: dict[str, Any] = {"phone": said.phone, "action": request.path, "back": "/dang-ky"}
    if "resend" in request.POST:
        again = codes.send("register", waiting["id"], said.phone, binding(request))
        return render(request, "accounts/code.html", context | resent(again))
    if request.method == "POST":
        result, left = codes.check("register", waiting["id"], request.POST.get("otp", "")[:20], binding(request))
        if result is codes.CodeResult.RIGHT:
            request.session[PENDING] = {"id": waiting["id"], "proven": True}
            return HttpResponseRedirect("/dang-ky/mat-khau", status=303)
        context |= {"error": error(str(result)), "tries_left": left}
    return render(request, "accounts/code.html", {"error": None, "tries_left": 0, "sent": None} | context)


@require_http_methods(["GET", "POST"])
def register_password(request: HttpRequest) -> HttpResponse:
    """`/dang-ky/mat-khau`"""
    waiting = request.session.get(PENDING)
    # guard: registration-needs-its-code
    if not waiting or not waiting["proven"]:
        return HttpResponseRedirect("/dang-ky", status=303)
    errors = password_errors(request)
    if request.method == "POST" and not errors:
        account, refused = act.complete(waiting["id"], request.POST["password"])
        del request.session[PENDING]
        if account is None:
            return refuse(request, refused)
        return render(request, "accounts/registered.html", {})
    return render(request, "accounts/new_password.html", {"errors": errors, "action": request.path})


def password_errors(request: HttpRequest) -> dict[str, str]:
    """Field errors of the two password fields; empty for a GET."""
    if request.method != "POST":
        return {}
    password = request.POST.get("password", "")[:200]
    if passwords.faults(password):
        return {"password": field_text("password")}
    if password != request.POST.get("password_again", ""):
        return {"password_again": field_text("repeat")}
    return {}
