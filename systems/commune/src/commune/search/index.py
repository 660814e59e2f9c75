"""Writing the index and asking it.

A query is words; all must be there, the last one may be unfinished. Both texts are asked; pages that have the words
exactly as typed come first, so `hóa` finds `hóa` before `hoa`, and `Huong Hoa` finds `Hướng Hóa`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from html import unescape

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from wagtail.models import Page

from commune.search.models import SearchEntry
from kernel.vietnamese_names import fold

CONFIGURATION = "simple"
MOST_WORDS = 12
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"\w+")


def plain(text: str) -> str:
    """NFC, lower case, without tags: what is indexed and what is asked."""
    return unicodedata.normalize("NFC", unescape(_TAG.sub(" ", text))).lower()


def words(text: str) -> list[str]:
    """The words of a query, at most MOST_WORDS."""
    return _WORD.findall(plain(text))[:MOST_WORDS]


def _query(asked: list[str]) -> SearchQuery:
    # `_WORD` leaves only letters and digits, so nothing here can be read as an operator of tsquery.
    raw = " & ".join(f"{word}:*" if number == len(asked) - 1 else word for number, word in enumerate(asked))
    return SearchQuery(raw, config=CONFIGURATION, search_type="raw")


def _vector(title: str, text: str) -> Combinable:
    title_part = SearchVector(Value(title), config=CONFIGURATION, weight="A")
    return title_part + SearchVector(Value(text), config=CONFIGURATION, weight="B")


def put(page: Page) -> None:
    """Writes or renews the entry of a page that has a `search_text()`; other pages are not searched."""
    if not hasattr(page, "search_text"):
        return
    title, text = plain(page.title), plain(page.search_text())
    SearchEntry.objects.update_or_create(
        page_id=page.pk,
        defaults={
            "published_at": getattr(page, "published_at", None),
            "summary": getattr(page, "summary", ""),
            "exact": _vector(title, text),
            "folded": _vector(fold(title), fold(text)),
        },
    )


def take_out(page: Page) -> None:
    """Removes the entry of a page."""
    SearchEntry.objects.filter(page_id=page.pk).delete()


def find(text: str, now: datetime) -> QuerySet[SearchEntry]:
    """Entries of pages shown at `now` that hold all words of `text`: exact accents first, then rank, then newest."""
    asked = words(text)
    if not asked:
        return SearchEntry.objects.none()
    exact = _query(asked)
    folded = _query(words(fold(" ".join(asked)))) if fold(" ".join(asked)) else exact
    # guard: search-finds-due-pages-only
    due = Q(published_at__isnull=True) | Q(published_at__lte=now)
    found = SearchEntry.objects.filter(Q(exact=exact) | Q(folded=folded), due, page__live=True)
    return (
        found.annotate(
            as_written=Case(When(exact=exact, then=Value(1)), default=Value(0)),
            rank_as_written=SearchRank(F("exact"), exact),
            rank=SearchRank(F("folded"), folded),
        )
        .select_related("page")
        .order_by("-as_written", "-rank_as_written", "-rank", F("published_at").desc(nulls_last=True))
    )
