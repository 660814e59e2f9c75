"""What the front page shows."""

from __future__ import annotations

from typing import Any

from commune.news.models import ArticlePage
from kernel import country_time

LATEST = 7


def home_context() -> dict[str, Any]:
    """The newest articles, and the article with the nearest legal date, else with the last one."""
    now = country_time.now()
    shown = ArticlePage.objects.shown(now)
    dated = shown.filter(legal_date__isnull=False)
    urgent = dated.filter(legal_date__gt=now.date()).order_by("legal_date").first()
    urgent = urgent or dated.order_by("-legal_date").first()
    others = shown.exclude(pk=urgent.pk) if urgent else shown
    return {"urgent": urgent, "articles": list(others[:LATEST]), "nav_current": "home"}
