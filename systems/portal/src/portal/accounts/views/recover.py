"""A forgotten password: number and phone, the code, a new password."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from portal.accounts import codes
from portal.accounts.actions import recover as act
from portal.accounts.errors import error
from portal.accounts.views.refusals import refuse
from portal.accounts.views.register import password_errors
from portal.accounts.views.sign_in import resent
from portal.eid_login.start import binding

PENDING = "recovery"


@require_http_methods(["GET", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """`/quen-mat-khau`; the answer never tells whether number and phone belong to an account."""
    if request.method == "POST":
        number, phone = request.POST.get("number", "")[:60], request.POST.get("phone", "")[:30]
        subject, _sent = act.begin(number, phone, binding(request))
        request.session[PENDING] = {"subject": subject, "number": number, "phone": phone, "proven": False}
        return HttpResponseRedirect("/quen-mat-khau/ma-xac-thuc", status=303)
    return render(request, "accounts/recover.html", {})


@require_http_methods(["GET", "POST"])
def recover_code(request: HttpRequest) -> HttpResponse:
    """`/quen-mat-khau/ma-xac-thuc`"""
    waiting = request.session.get(PENDING)
    if not waiting:
        return HttpResponseRedirect("/quen-mat-khau", status=303)
    context: dict[str, Any] = {"phone": waiting["phone"], "action": request.path, "back": "/quen-mat-khau"}
    if "resend" in request.POST:
        subject, sent = act.begin(waiting["number"], waiting["phone"], binding(request))
        request.session[PENDING] = waiting | {"subject": subject}
        return render(request, "accounts/code.html", context | resent(sent))
    if request.method == "POST":
        result, left = codes.check("recover", waiting["subject"], request.POST.get("otp", "")[:20], binding(request))
        if result is codes.CodeResult.RIGHT:
            request.session[PENDING] = waiting | {"proven": True}
            return HttpResponseRedirect("/quen-mat-khau/mat-khau", status=303)
        context |= {"error": error(str(result)), "tries_left": left}
    return render(request, "accounts/code.html", {"error": None, "tries_left": 0, "sent": None} | context)


@require_http_methods(["GET", "POST"])
def recover_password(request: HttpRequest) -> HttpResponse:
    """`/quen-mat-khau/mat-khau`"""
    waiting = request.session.get(PENDING)
    # guard: recovery-needs-its-code
    if not waiting or not waiting["proven"]:
        return HttpResponseRedirect("/quen-mat-khau", status=303)
    errors = password_errors(request)
    if request.method == "POST" and not errors:
        refused = act.complete(waiting["subject"], request.POST["password"])
        del request.session[PENDING]
        if refused:
            return refuse(request, refused)
        return render(request, "accounts/password_set.html", {})
    return render(request, "accounts/new_password.html", {"errors": errors, "action": request.path})
