"""The newest articles as RSS 2.0."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Rss201rev2Feed

from commune.news.models import ArticlePage
from commune.settings import current
from kernel import country_time

ITEMS = 20


def rss(request: HttpRequest) -> HttpResponse:
    """Twenty articles, newest first; every address absolute and at this site's origin."""
    settings = current()
    articles = ArticlePage.objects.shown(country_time.now()).select_related("category")[:ITEMS]
    feed = Rss201rev2Feed(
        title=f"Tin tức - {settings.name_vi}",
        link=f"{settings.origin}/tin-tuc/",
        description=f"Tin mới của {settings.name_vi}, tỉnh {settings.province_vi}",
        language="vi",
        feed_url=f"{settings.origin}/tin-tuc/rss.xml",
    )
    for article in articles:
        address = settings.origin + (article.get_url(request) or "")
        feed.add_item(
            title=article.title,
            link=address,
            description=article.summary,
            unique_id=address,
            pubdate=article.published_at.astimezone(country_time.VIETNAM),
            categories=[article.category.name],
        )
    response = HttpResponse(content_type="application/rss+xml; charset=utf-8")
    feed.write(response, "utf-8")
    return response
