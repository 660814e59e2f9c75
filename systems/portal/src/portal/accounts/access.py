"""Who may see a page: decorators for views.

`signed_in` asks for any login; `require_eid` for an e-ID sign-in of a level, fresh where the act asks for it. Who is
not signed in comes back to the same page afterwards (`next`, checked by `accounts.safe_next`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import time
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

View = Callable[..., HttpResponse]


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back here afterwards (a GET page; a POST comes back to the page it was sent from)."""
    back = request.get_full_path() if request.method == "GET" else request.path
    return HttpResponseRedirect("/dang-nhap?" + urlencode({"next": back}))


def to_eid(request: HttpRequest, level: int, *, fresh: bool) -> HttpResponse:
    """To the e-ID for a sign-in of at least `level`, and back here afterwards."""
    back = request.get_full_path() if request.method == "GET" else request.path
    query = {"next": back, "level": str(level)} | ({"fresh": "1"} if fresh else {})
    return HttpResponseRedirect("/vneid/bat-dau?" + urlencode(query))


def signed_in(view: View) -> View:
    """Only for people who are signed in, by whatever login the policy allows."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.login is None or request.profile is None:  # type: ignore[attr-defined]
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return guarded


def require_eid(*, level: int = 1, fresh_minutes: int | None = None) -> Callable[[View], View]:
    """Only for e-ID sign-ins of at least `level`, at most `fresh_minutes` old; else a new sign-in (step-up)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            login = request.login  # type: ignore[attr-defined]
            high_enough = login is not None and login.how == "eid" and login.level >= level
            stale = login is not None and fresh_minutes is not None and time() - login.auth_time > fresh_minutes * 60
            if not high_enough or stale:
                return to_eid(request, level, fresh=stale)
            return view(request, *args, **kwargs)

        return guarded

    return decorate
