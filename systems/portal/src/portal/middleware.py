"""What every request passes before any view: which host was asked, and where a form came from."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.config import CONFIG

Handler = Callable[[HttpRequest], HttpResponse]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FILES_PREFIX = "/tep/"
# Callers that are servers, not browsers: they carry signatures instead of cookies.
SERVER_TO_SERVER = (
    "/vneid/backchannel-logout",
    "/vneid/su-kien",
    "/dan-cu/bien-dong",
    "/exchange/",
    "/sso/token",
    "/sso/backchannel",
)


class HostMiddleware:
    """Files live on a host of their own, and nothing else does; forms keep the Origin header of their page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        on_files_host = request.get_host().partition(":")[0] == CONFIG.files_host
        is_file = request.path.startswith(FILES_PREFIX)
        if on_files_host != is_file and request.path != "/healthz":
            return HttpResponse(status=404)
        response = self.get_response(request)
        # `no-referrer` would make browsers send `Origin: null` with our own forms (Fetch, section 3.2).
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response


class OriginMiddleware:
    """A request that changes something must come from a page of this origin (login CSRF and its relatives)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # guard: login-csrf-origin
        if request.method not in SAFE_METHODS and not self._ours(request):
            return render(request, "portal/form_refused.html", status=403)
        return self.get_response(request)

    @staticmethod
    def _ours(request: HttpRequest) -> bool:
        if request.path.startswith(SERVER_TO_SERVER):
            return True
        origin = request.headers.get("Origin")
        if origin is not None:
            return origin == CONFIG.origin
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
