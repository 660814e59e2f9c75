"""Addresses of the site that came before: `/chi-tiet-tin/-/view-article/1/<category>/<article>`."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect

from commune.news.models import ArticlePage
from kernel import country_time


def old_article(request: HttpRequest, category_id: int, article_id: int) -> HttpResponsePermanentRedirect:
    """301 to the article that carries this old number; also for articles of communes that have merged into this one."""
    article = ArticlePage.objects.shown(country_time.now()).filter(legacy_id=article_id).first()
    if article is None:
        raise Http404
    return HttpResponsePermanentRedirect(article.get_url(request))
