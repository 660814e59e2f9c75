"""Puts the login on the request, and judges it: a session made by an old login lives only as long as the policy allows.

e-ID sessions are never touched here. A refused session is deleted, so it stays dead when the date moves back.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.accounts import sessions

Handler = Callable[[HttpRequest], HttpResponse]


class LoginMiddleware:
    """Sets `request.login` (LoginRecord or None) and `request.profile` (Profile or None)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sessions.attach(request, sessions.current(request))
        return self.get_response(request)
