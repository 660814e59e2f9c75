"""The introduction page and the officers named on it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page

from commune.news.blocks import PARAGRAPH_FEATURES
from commune.words import gettext_lazy as _


class IntroductionPage(Page):
    """The commune in short, and who does what."""

    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    template = "organisation/introduction_page.html"
    private_page_options: list[str] = []
    settings_panels: list[Any] = []

    body = RichTextField(_("Body"), features=[*PARAGRAPH_FEATURES, "h2", "h3"], blank=True)
    content_panels = [*Page.content_panels, FieldPanel("body"), InlinePanel("officers", label=_("Officer"))]

    class Meta:
        verbose_name = verbose_name_plural = _("Introduction")

    def search_text(self) -> str:
        """All words a reader can find this page by, besides its title."""
        officers = [f"{o.full_name} {o.position} {o.duties}" for o in self.officers.all()]
        return " ".join([self.body, *officers])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "nav_current": "introduction"}


class Officer(Orderable):
    """Somebody whom people may call. Only what an official publishes about the office, nothing private."""

    page = ParentalKey(IntroductionPage, on_delete=models.CASCADE, related_name="officers")
    full_name = models.CharField(_("Full name"), max_length=80)
    position = models.CharField(_("Position"), max_length=120)
    phone = models.CharField(_("Office telephone"), max_length=30, blank=True)
    email = models.EmailField(_("Office e-mail"), blank=True)
    duties = models.TextField(_("Duties"), blank=True)

    panels = [FieldPanel(name) for name in ("full_name", "position", "phone", "email", "duties")]
