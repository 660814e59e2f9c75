"""Province: a session that an old login made at the national portal lives thirty minutes, then the portal is asked.

Nobody signed in with the e-ID is asked about, here or there.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from portal.accounts import between_portals, sessions, signals
from portal.accounts.cutover import MAX_UPSTREAM_AGE
from portal.accounts.sessions import LoginRecord
from portal.sso.issued import GOOD

Handler = Callable[[HttpRequest], HttpResponse]
UNTOUCHED = ("/exchange/", "/sso/", "/static/", "/healthz", "/dang-xuat", "/vneid/", "/.well-known/")


class UpstreamLoginMiddleware:
    """After `LoginMiddleware`, which has judged the date."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        login: LoginRecord | None = request.login  # type: ignore[attr-defined]
        if login is None or not _due(login) or request.path.startswith(UNTOUCHED):
            return self.get_response(request)
        try:
            status = _ask(login)
        except between_portals.Unavailable:
            signals.request_refused.send(type(self), request=request)
            # guard: upstream-unavailable-refuses
            return render(request, "sso/upstream_unavailable.html", status=503)
        if status != GOOD:
            signals.request_refused.send(type(self), request=request)
            sessions.logout(request)
            return HttpResponseRedirect("/sso/da-ket-thuc")
        sessions.confirm(request)
        return self.get_response(request)


def _due(login: LoginRecord) -> bool:
    """Was the old login behind this session last confirmed more than thirty minutes ago?"""
    # guard: upstream-asked-after-30-minutes
    return (
        login.how == "sso"
        and login.made_by_old_login
        and time.time() - login.confirmed_at >= MAX_UPSTREAM_AGE.total_seconds()
    )


def _ask(login: LoginRecord) -> str:
    sid = str((login.upstream or {}).get("sid", ""))
    path = between_portals.SESSION_STATUS_PATH
    try:
        answer = between_portals.ask(between_portals.NATIONAL, "session-status", {"sid": sid}, path=path)
    except between_portals.SaidNo:
        return "LOGIN_ENDED"
    return str(answer.get("status", ""))
