"""Articles, their categories and the list they stand in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from commune.news.blocks import ArticleBody
from commune.news.deadline import Deadline, judge
from commune.publication.dated_pages import DatedPage
from commune.settings import current
from commune.words import gettext_lazy as _
from kernel import country_time


class PortalChoice(models.TextChoices):
    """Which of the configured portals a deadline leads to."""

    NATIONAL = "national", _("National portal")
    PROVINCE = "province", _("Provincial portal")


@register_snippet
class Category(models.Model):
    """A shelf of news. "Các tin khác" come from the same one."""

    name = models.CharField(_("Name"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("News category")
        verbose_name_plural = _("News categories")
        ordering = ["name"]

    def __str__(self) -> str:
        return str(self.name)


class NewsIndexPage(Page):
    """The list of all news, newest first."""

    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["news.ArticlePage"]
    template = "news/news_index_page.html"
    private_page_options: list[str] = []
    settings_panels: list[Any] = []

    class Meta:
        verbose_name = verbose_name_plural = _("News list")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from commune.news.listing import index_context

        return {**super().get_context(request, *args, **kwargs), **index_context(request)}


class ArticlePage(DatedPage):
    """One piece of news. `legacy_id` is its number at the old site (epoch milliseconds there)."""

    parent_page_types = ["news.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "news/article_page.html"

    category = models.ForeignKey(
        Category, verbose_name=_("Category"), on_delete=models.PROTECT, related_name="articles"
    )
    summary = models.TextField(_("Summary"), blank=True, max_length=400)
    body = StreamField(ArticleBody(), verbose_name=_("Body"))
    source = models.CharField(_("Source"), max_length=160, blank=True)
    source_note = models.TextField(_("Note on the source (plain text)"), blank=True)
    legacy_id = models.BigIntegerField(_("Number at the old site"), null=True, blank=True, unique=True)
    archived_commune = models.CharField(_("Commune's name at that time, if it has changed"), max_length=80, blank=True)
    archived_district = models.CharField(_("District's name at that time"), max_length=80, blank=True)

    legal_date = models.DateField(_("Legal date"), null=True, blank=True, help_text=_("The first day of the new rule."))
    before_text = models.CharField(_("Before the date: what people must do"), max_length=200, blank=True)
    before_link = models.CharField(_("Before the date: words of the link"), max_length=120, blank=True)
    after_text = models.CharField(_("After the date: what people do now"), max_length=300, blank=True)
    after_link = models.CharField(_("After the date: words of the link"), max_length=120, blank=True)
    deadline_portal = models.CharField(
        _("The link leads to"), max_length=10, choices=PortalChoice.choices, default=PortalChoice.NATIONAL
    )

    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("published_at"), FieldPanel("category", widget=forms.Select)]),
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("source"),
        FieldPanel("source_note"),
        MultiFieldPanel(
            [FieldPanel(n) for n in ("legal_date", "before_text", "before_link", "after_text", "after_link")]
            + [FieldPanel("deadline_portal")],
            heading=_("Legal date and banner"),
            classname="collapsed",
        ),
        MultiFieldPanel(
            [FieldPanel(n) for n in ("legacy_id", "archived_commune", "archived_district")],
            heading=_("Old site and merged communes"),
            classname="collapsed",
        ),
    ]

    class Meta:
        verbose_name = _("News article")
        verbose_name_plural = _("News articles")

    def deadline(self) -> Deadline | None:
        """The article's legal date judged today, or None when it has none."""
        return judge(self.legal_date, country_time.today()) if self.legal_date else None

    def heading(self) -> str:
        """`Chi tiết tin - Xã Tân Thành - Hướng Hóa`; an archived article keeps the names of its time."""
        site = current()
        district = self.archived_district if self.archived_commune else site.district_vi
        return " - ".join(part for part in ("Chi tiết tin", self.archived_commune or site.name_vi, district) if part)

    def search_text(self) -> str:
        """All words a reader can find this page by, besides its title."""
        return " ".join([self.summary, self.body.render_as_block(), self.source_note])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from commune.news.listing import article_context

        return {**super().get_context(request, *args, **kwargs), **article_context(self, request)}
