"""How a moment is written in a message: the country's time, short."""

from __future__ import annotations

from datetime import datetime

from kernel import country_time


def now_text() -> str:
    """`14:49, 04/5/2024`: now, in the country."""
    now = country_time.now()
    return f"{now:%H:%M}, {country_time.short_date(now.date())}"


def country_moment(kept: datetime) -> datetime:
    """A moment of the country's clock as it was kept, in the country's time zone, for showing."""
    return kept.astimezone(country_time.VIETNAM)
