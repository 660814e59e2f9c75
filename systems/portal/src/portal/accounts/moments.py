"""How a moment is written in a message: the country's time, short."""

from __future__ import annotations

from datetime import datetime, timedelta

from kernel import country_time


def now_text() -> str:
    """`14:49, 04/5/2024`: now, in the country."""
    now = country_time.now()
    return f"{now:%H:%M}, {country_time.short_date(now.date())}"


def country_moment(real: datetime) -> datetime:
    """A moment of the real clock as the country's calendar shows it."""
    return real.astimezone(country_time.VIETNAM) + timedelta(seconds=country_time.offset())
