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
    context = {"week": shown, "items": list(in_week(shown)), "today": today, "nav_current": "schedule"}
    return render(request, "schedule/week.html", context)
