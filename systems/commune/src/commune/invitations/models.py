"""Invitations and the list they stand in."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from commune.news.blocks import PARAGRAPH_FEATURES
from commune.publication.dated_pages import DatedPage
from commune.publication.listing import shown_page
from commune.words import gettext_lazy as _


class InvitationIndexPage(Page):
    """The list of all invitations, newest first."""

    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["invitations.InvitationPage"]
    template = "invitations/invitation_index_page.html"
    private_page_options: list[str] = []
    settings_panels: list[Any] = []

    class Meta:
        verbose_name = verbose_name_plural = _("Invitation list")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        listed = shown_page(request, InvitationPage.objects)
        return {**super().get_context(request, *args, **kwargs), "invitations": listed, "nav_current": "invitations"}


class InvitationPage(DatedPage):
    """One invitation: who invites whom, when and where."""

    parent_page_types = ["invitations.InvitationIndexPage"]
    subpage_types: list[str] = []
    template = "invitations/invitation_page.html"

    issuing_body = models.CharField(_("Issued by"), max_length=160)
    meets_at = models.DateTimeField(_("Time of the meeting"))
    place = models.CharField(_("Place"), max_length=160)
    chair = models.CharField(_("Chaired by"), max_length=160, blank=True)
    invitees = models.TextField(_("Invited"), blank=True)
    body = RichTextField(_("Body"), features=PARAGRAPH_FEATURES, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("published_at"), FieldPanel("meets_at")]),
        *[FieldPanel(name) for name in ("issuing_body", "place", "chair", "invitees", "body")],
    ]

    class Meta:
        verbose_name = _("Invitation")
        verbose_name_plural = _("Invitations")

    def search_text(self) -> str:
        """All words a reader can find this page by, besides its title."""
        return " ".join([self.issuing_body, self.place, self.chair, self.invitees, self.body])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "nav_current": "invitations"}
