"""The cookie that remembers the language which a person chose by a `?lang=` link (one year, real clock)."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from design.i18n import COOKIE, choose_language
from design.page_request import LANGUAGES, PageRequest

ONE_YEAR = 365 * 24 * 3600


def asked_language(query: str) -> str | None:
    """The language named in a query string, when we speak it."""
    if "lang" not in query:  # most are not: no need to take them apart
        return None
    asked = parse_qs(query).get("lang", [""])[-1]
    return asked if asked in LANGUAGES else None


def remembered_language(cookie_header: str) -> str | None:
    """The language in a Cookie header."""
    if COOKIE not in cookie_header:
        return None
    try:
        found = SimpleCookie(cookie_header).get(COOKIE)
    except CookieError:
        return None
    return found.value if found else None


def page_request(query: str, cookie_header: str, accept_language: str) -> PageRequest:
    """What the frame of the page needs to know, from three parts of the request."""
    language = choose_language(asked_language(query), remembered_language(cookie_header), accept_language)
    return PageRequest(language=language, query=query)


def set_cookie(language: str) -> str:
    """The Set-Cookie header that remembers `language`."""
    return f"{COOKIE}={language}; Max-Age={ONE_YEAR}; Path=/; Secure; HttpOnly; SameSite=Lax"
