"""Which articles stand on which page: the news list, and "Các tin khác" under an article."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from commune.news.models import ArticlePage
from commune.publication.listing import page_of
from kernel import country_time

OTHER_NEWS_PER_PAGE = 6


def other_news(article: ArticlePage) -> Any:
    """Shown articles of the same category without this one, newest first."""
    shown = ArticlePage.objects.shown(country_time.now())
    return shown.filter(category_id=article.category_id).exclude(pk=article.pk)


def article_context(article: ArticlePage, request: HttpRequest) -> dict[str, Any]:
    """What the article's template needs besides the article."""
    return {"other_news": page_of(request, other_news(article), OTHER_NEWS_PER_PAGE), "nav_current": "news"}


def index_context(request: HttpRequest) -> dict[str, Any]:
    """What the list's template needs."""
    shown = ArticlePage.objects.shown(country_time.now()).select_related("category")
    return {"articles": page_of(request, shown), "nav_current": "news"}
