"""Remembers whole pages for readers who are not signed in (RFC 9111 calls this a private cache of our own).

A key holds everything an anonymous page depends on: path, page number, language, packing, the country's minute (so
a publish time, a legal date and the footer's clock are always right) and the site's edition, which each publishing
raises. The edition stands in PostgreSQL for all processes and is read at most once a second.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from time import monotonic

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from commune.frame.models import Edition
from commune.publication.listing import PAGE_PARAMETER
from design.page_request import current as page_request
from kernel import country_time

KEPT_SECONDS = 60
EDITION_SECONDS = 1.0


class _EditionSeen:
    """The edition as this process last read it."""

    def __init__(self) -> None:
        self.read_at = float("-inf")
        self.number = 0

    def forget(self) -> None:
        """The next request reads it again."""
        self.read_at = float("-inf")


_seen = _EditionSeen()


def edition() -> int:
    """The number that every publishing raises; at most a second old in other processes."""
    now = monotonic()
    if now - _seen.read_at > EDITION_SECONDS:
        _seen.number = Edition.objects.values_list("number", flat=True).get(pk=1)
        _seen.read_at = now
    return _seen.number


def forget_pages(**_signal: object) -> None:
    """Something that readers see has changed: every remembered page is out of date."""
    # guard: publishing-empties-the-cache
    Edition.objects.filter(pk=1).update(number=F("number") + 1)
    # Now for this transaction, and again when others can see it.
    _seen.forget()
    transaction.on_commit(_seen.forget)


def _key(request: HttpRequest) -> str | None:
    """The cache key of a request that may be answered from memory, else None."""
    # guard: cache-keeps-only-anonymous-pages
    if request.method not in {"GET", "HEAD"} or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None
    # Only addresses that the site itself links to: free text would let a stranger fill the memory.
    if set(request.GET) - {PAGE_PARAMETER} or not request.GET.get(PAGE_PARAMETER, "1").isdecimal():
        return None
    if request.path.startswith(("/quan-tri", "/static/", "/healthz", "/tep/")):
        return None
    minute = country_time.now().strftime("%Y-%m-%dT%H:%M")
    packed = "gzip" if "gzip" in request.headers.get("Accept-Encoding", "") else "plain"
    parts = [request.get_full_path(), page_request().language, packed, minute, str(edition())]
    return "page:" + blake2b("\n".join(parts).encode(), digest_size=20).hexdigest()


class PageCache:
    """Middleware right under the guarding headers: a remembered page costs no session, no query, no template."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key(request)
        if key is None:
            return self.get_response(request)
        kept: tuple[bytes, dict[str, str]] | None = cache.get(key)
        if kept is not None:
            response = HttpResponse(kept[0], headers=kept[1])
            response.headers["X-Page-Cache"] = "hit"
            return response
        response = self.get_response(request)
        if response.status_code == 200 and not response.cookies and not response.streaming:
            cache.set(key, (response.content, dict(response.headers)), KEPT_SECONDS)
        return response
