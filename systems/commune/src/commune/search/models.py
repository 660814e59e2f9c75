"""The search index: one row per page."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchEntry(models.Model):
    """`exact` holds the words as written (NFC, lower case), `folded` the same words without accents.

    `published_at` is empty for a page without a publish time, such as the introduction.
    """

    page = models.OneToOneField("wagtailcore.Page", on_delete=models.CASCADE, related_name="+", primary_key=True)
    published_at = models.DateTimeField(null=True)
    summary = models.TextField(blank=True)
    exact = SearchVectorField()
    folded = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["exact"], name="search_exact"), GinIndex(fields=["folded"], name="search_folded")]

    def __str__(self) -> str:
        return f"page {self.pk}"
