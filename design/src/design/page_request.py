"""What a template must know about the request it answers: its language, nonce and query string.

Set by the middleware of `design.asgi` or `design.django_middleware`, read by the template globals. A context
variable, because one Jinja2 environment serves every request of a process; worker threads inherit it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode

DEFAULT_LANGUAGE = "vi"
LANGUAGES = ("vi", "en")
GROWN_UP = "ông/bà"
YOUNG = "bạn"


@dataclass(frozen=True)
class PageRequest:
    """One request, as far as the page's frame needs it."""

    language: str = DEFAULT_LANGUAGE
    query: str = ""
    address: str = GROWN_UP
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(18))

    def switch_href(self, language: str) -> str:
        """A relative reference to this same page in `language` (the rest of the query is kept)."""
        kept = [(k, v) for k, v in parse_qsl(self.query, keep_blank_values=True) if k != "lang"]
        return "?" + urlencode([*kept, ("lang", language)])


_current: ContextVar[PageRequest | None] = ContextVar("design_page_request", default=None)


def current() -> PageRequest:
    """The request being answered; outside one (a mail, a PDF, a command) a Vietnamese default."""
    found = _current.get()
    if found is None:
        found = PageRequest()
        _current.set(found)
    return found


@contextmanager
def answering(request: PageRequest) -> Iterator[PageRequest]:
    """Makes `request` the current one inside the block."""
    token = _current.set(request)
    try:
        yield request
    finally:
        _current.reset(token)


def in_language(language: str, address: str = GROWN_UP) -> AbstractContextManager[PageRequest]:
    """A block rendered in `language`, for mails and papers that are written outside a request."""
    return answering(PageRequest(language=language, address=address))


def address_as(form: str) -> None:
    """From here on this request speaks to the person as `form`: YOUNG for people under 18, else GROWN_UP."""
    _current.set(replace(current(), address=form))
