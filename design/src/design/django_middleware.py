"""For Django systems: the guarding headers, the language (ours and Django's), the nonce.

MIDDLEWARE = ["design.django_middleware.SecurityHeaders", "whitenoise.middleware.WhiteNoiseMiddleware", …]
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from design.first_visit import compressed, may_compress
from design.headers import security_headers
from design.language_cookie import asked_language, page_request, set_cookie
from design.page_request import answering


class SecurityHeaders:
    """Adds every guarding header that a response did not set itself, and makes the page's nonce and language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.form_action = tuple(getattr(settings, "PAGE_FORM_ACTION", ()))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = page_request(
            request.META.get("QUERY_STRING", ""),
            request.META.get("HTTP_COOKIE", ""),
            request.META.get("HTTP_ACCEPT_LANGUAGE", ""),
        )
        with answering(asked), translation.override(asked.language):
            response = self.get_response(request)
        for name, value in security_headers(asked.nonce, self.form_action).items():
            response.headers.setdefault(name, value)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Language", asked.language)
            response.headers.setdefault("Cache-Control", "no-store")
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
            if chosen := asked_language(asked.query):
                response.cookies.load(set_cookie(chosen))
        _compress_first_page(request, response)
        return response


def _compress_first_page(request: HttpRequest, response: HttpResponseBase) -> None:
    if not isinstance(response, HttpResponse) or response.has_header("Content-Encoding") or response.has_header("ETag"):
        return
    kind = response.headers.get("Content-Type", "")
    accepted, cookies = (request.META.get(name, "") for name in ("HTTP_ACCEPT_ENCODING", "HTTP_COOKIE"))
    if may_compress(kind, accepted, cookies, len(response.content)):
        response.content = compressed(response.content)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.content))
        patch_vary_headers(response, ["Accept-Encoding"])
