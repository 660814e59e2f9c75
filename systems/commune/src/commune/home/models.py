"""The home page, and what a seed has already written."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.models import Page

from commune.words import gettext_lazy as _


class HomePage(Page):
    """The root of the site: newest news first, then the side blocks."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    template = "home/home_page.html"
    private_page_options: list[str] = []
    promote_panels: list[Any] = []
    settings_panels: list[Any] = []

    class Meta:
        verbose_name = verbose_name_plural = _("Home page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from commune.home.contents import home_context

        return {**super().get_context(request, *args, **kwargs), **home_context()}


class SeedMark(models.Model):
    """A piece of content that a seed wrote once. What an editor changed or removed afterwards stays so."""

    key = models.SlugField(primary_key=True, max_length=80)
    written_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.key)
