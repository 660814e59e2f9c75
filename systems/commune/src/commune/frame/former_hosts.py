"""Hosts of communes that have merged into this one: everything asked there is found here (RFC 9110 section 15.4.2)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from commune.settings import current


class FormerHosts:
    """Middleware: 301 from a former host to the same path of this site."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        settings = current()
        if (
            request.get_host().rpartition(":")[0] in settings.former_hosts
            or request.get_host() in settings.former_hosts
        ):
            return HttpResponsePermanentRedirect(settings.origin + request.get_full_path())
        return self.get_response(request)
