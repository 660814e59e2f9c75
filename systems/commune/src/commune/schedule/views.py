"""The week page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commune.schedule.models import in_week
from commune.schedule.week import asked_week
from kernel import country_time


def week(request: HttpRequest) -> HttpResponse:
    """One week of the schedule, `?tuan=2024-05-06` or the current one."""
    today = country_time.today()
    shown = asked_week(request.GET.get("tuan", ""), today)
    items = list(in_week(shown))
    days = [(day, [item for item in items if item.day == day]) for day in shown.days]
    context = {"week": shown, "days": [(day, entries) for day, entries in days if entries], "today": today}
    return render(request, "schedule/week.html", {**context, "nav_current": "schedule"})
