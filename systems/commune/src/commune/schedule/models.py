"""What stands in the work schedule."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import QuerySet
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import DraftStateMixin, RevisionMixin
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from commune.schedule.week import Week
from commune.words import gettext_lazy as _


class Session(models.TextChoices):
    """Half of a working day."""

    MORNING = "morning", _("Morning")
    AFTERNOON = "afternoon", _("Afternoon")


class ScheduleItem(DraftStateMixin, RevisionMixin, models.Model):
    """One entry: the weekday is computed from the date. Order is date, then session, then start."""

    day = models.DateField(_("Date"), db_index=True)
    session = models.CharField(_("Session"), max_length=10, choices=Session.choices, default=Session.MORNING)
    starts_at = models.TimeField(_("Starts at"), null=True, blank=True)
    content = models.CharField(_("Content"), max_length=300)
    place = models.CharField(_("Place"), max_length=160, blank=True)
    chair = models.CharField(_("Chaired by"), max_length=160, blank=True)
    participants = models.TextField(_("Participants"), blank=True)
    preparing_unit = models.CharField(_("Prepared by"), max_length=160, blank=True)

    panels = [
        FieldRowPanel([FieldPanel("day"), FieldPanel("session"), FieldPanel("starts_at")]),
        *[FieldPanel(name) for name in ("content", "place", "chair", "participants", "preparing_unit")],
    ]

    class Meta:
        verbose_name = _("Schedule item")
        verbose_name_plural = _("Work schedule")
        ordering = ["day", "-session", "starts_at", "pk"]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.content}"


class ScheduleItemViewSet(SnippetViewSet):
    """The schedule in the editor's menu."""

    model = ScheduleItem
    icon = "calendar-alt"
    add_to_admin_menu = True
    menu_order = 250
    list_display = ["day", "session", "starts_at", "content", "place"]
    list_filter = ["day"]
    search_fields = ["content", "place"]


register_snippet(ScheduleItemViewSet)


def in_week(week: Week) -> QuerySet[ScheduleItem]:
    """Published items of a week, in order."""
    items: QuerySet[ScheduleItem] = ScheduleItem.objects.filter(live=True)
    return items.filter(day__range=(week.monday, week.sunday))


def coming(today: date, limit: int) -> QuerySet[ScheduleItem]:
    """The next published items from today on."""
    items: QuerySet[ScheduleItem] = ScheduleItem.objects.filter(live=True)
    return items.filter(day__gte=today)[:limit]
