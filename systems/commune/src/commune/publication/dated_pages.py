"""The page with a publish time, and the query that shows only what is due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from commune.words import gettext_lazy as _
from kernel import country_time


class DatedPageQuerySet(PageQuerySet):
    """Pages with a publish time."""

    def shown(self, now: datetime) -> DatedPageQuerySet:
        """What a reader may see at `now` (country time), newest first."""
        # guard: only-due-pages-are-listed
        shown: DatedPageQuerySet = self.live().filter(published_at__lte=now).order_by("-published_at", "-pk")
        return shown


DatedPageManager = PageManager.from_queryset(DatedPageQuerySet)


class DatedPage(Page):
    """A page that readers see from `published_at` on. Scheduling is this field alone, not a job."""

    published_at = models.DateTimeField(_("Publish time"), default=country_time.now, db_index=True)

    objects = DatedPageManager()

    # Privacy and Wagtail's own schedule (which runs on the real clock) would be second answers to the same question.
    private_page_options: list[str] = []
    settings_panels: list[Any] = []
    promote_panels = ["slug"]

    class Meta:
        abstract = True

    def is_due(self, now: datetime) -> bool:
        """Whether the publish time has come at `now` (country time)."""
        published_at: datetime = self.published_at
        return published_at <= now

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> TemplateResponse:
        # guard: only-due-pages-are-served
        if not self.is_due(country_time.now()):
            raise Http404
        response: TemplateResponse = super().serve(request, *args, **kwargs)
        return response
