"""The door for Django: one line in `urls.py`. Needs Django at the portal, not in the kit."""

from __future__ import annotations

from typing import Any

from portalkit.door import COOKIE, Answer, Door, Request
from portalkit.wsgi import MAX_BODY, once

FROM_OUTSIDE = ("/eid/backchannel-logout", "/eid/signals")


def urls(door: Door) -> list[Any]:
    """For `urlpatterns`: everything under `/eid/`, and the descriptor."""
    from django.http import Http404, HttpRequest, HttpResponse
    from django.middleware.csrf import CsrfViewMiddleware
    from django.urls import re_path
    from django.views.decorators.csrf import csrf_exempt

    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and request.path not in FROM_OUTSIDE:
            # Calls of the provider carry a signed token instead; people's forms carry Django's.
            csrf = CsrfViewMiddleware(lambda _: HttpResponse())
            csrf.process_request(request)
            refused = csrf.process_view(request, lambda _: HttpResponse(), (), {})
            if isinstance(refused, HttpResponse):
                return refused
        answer = door.handle(_read(request))
        if answer is None:
            raise Http404
        return _send(answer, HttpResponse)

    return [re_path(r"^eid/[a-z-]+$", view), re_path(r"^\.well-known/eid-relying-party$", view)]


def _read(request: Any) -> Request:
    form = once([(name, value) for name, values in request.POST.lists() for value in values])
    query = once([(name, value) for name, values in request.GET.lists() for value in values])
    body = b"" if request.POST else request.body[:MAX_BODY]
    return Request(request.method, request.path, query, form, dict(request.COOKIES), request, body)


def _send(answer: Answer, response_class: Any) -> Any:
    response = response_class(answer.body, status=answer.status, content_type=answer.content_type)
    for name, value in answer.headers.items():
        response[name] = value
    if answer.location:
        response["Location"] = answer.location
    if answer.cookie is not None:
        life = 600 if answer.cookie else 0
        response.set_cookie(COOKIE, answer.cookie, max_age=life, secure=True, httponly=True, samesite="Lax", path="/")
    return response
