"""Notices and the list they stand in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page

from commune.news.blocks import PARAGRAPH_FEATURES
from commune.publication.dated_pages import DatedPage
from commune.publication.listing import shown_page
from commune.words import gettext_lazy as _
from kernel import country_time


class NoticeIndexPage(Page):
    """The list of all notices, newest first."""

    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["notices.NoticePage"]
    template = "notices/notice_index_page.html"
    private_page_options: list[str] = []
    settings_panels: list[Any] = []

    class Meta:
        verbose_name = verbose_name_plural = _("Notice list")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        listed = shown_page(request, NoticePage.objects)
        return {**super().get_context(request, *args, **kwargs), "notices": listed, "nav_current": "notices"}


class NoticePage(DatedPage):
    """One notice. `valid_until` is its last day; later it stays readable and says that it no longer holds."""

    parent_page_types = ["notices.NoticeIndexPage"]
    subpage_types: list[str] = []
    template = "notices/notice_page.html"

    number = models.CharField(_("Number"), max_length=40, blank=True)
    valid_until = models.DateField(_("Valid until (last day)"), null=True, blank=True)
    body = RichTextField(_("Body"), features=PARAGRAPH_FEATURES)

    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("published_at"), FieldPanel("number"), FieldPanel("valid_until")]),
        FieldPanel("body"),
        InlinePanel("files", label=_("File")),
    ]

    class Meta:
        verbose_name = _("Notice")
        verbose_name_plural = _("Notices")

    def is_over(self, today: date | None = None) -> bool:
        """Whether the last day has passed in the country."""
        return self.valid_until is not None and self.valid_until < (today or country_time.today())

    def search_text(self) -> str:
        """All words a reader can find this page by, besides its title."""
        return f"{self.number} {self.body}"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "nav_current": "notices"}


class NoticeFile(Orderable):
    """A file that belongs to a notice."""

    notice = ParentalKey(NoticePage, on_delete=models.CASCADE, related_name="files")
    document = models.ForeignKey(
        "wagtaildocs.Document", verbose_name=_("File"), on_delete=models.CASCADE, related_name="+"
    )
    panels = [FieldPanel("document")]

    def kilobytes(self) -> int:
        """The size of the file, rounded up to whole kB."""
        size: int = self.document.get_file_size()
        return -(-size // 1000)
