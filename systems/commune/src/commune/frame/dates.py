"""How this site writes dates: the kernel's news line in Vietnamese, the design's words in English.

Stored times are UTC; everything shown is Vietnam's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from design.formats import news_date_text, short_date_text
from design.page_request import current
from kernel import country_time

_TIME = Markup('<time datetime="{}">{}<span class="mc-nowrap">{}</span></time>')


def article_time(moment: datetime) -> Markup:
    """`14:49, Thứ Bảy, 4-5-2024`, the weekday computed; the day does not break over lines."""
    local = moment.astimezone(country_time.VIETNAM)
    if current().language == "vi":
        clock, _, day = country_time.news_time(local).partition(" ")
    else:
        clock, day = f"{local:%H:%M},", news_date_text(local.date())
    return _TIME.format(local.isoformat(timespec="minutes"), f"{clock} ", day)


def day_only(moment: datetime) -> Markup:
    """`4-5-2024`, in English `4 May 2024`."""
    local = moment.astimezone(country_time.VIETNAM).date()
    text = f"{local.day}-{local.month}-{local.year}" if current().language == "vi" else short_date_text(local)
    return _TIME.format(local.isoformat(), "", text)


def vietnamese_date(day: date) -> Markup:
    """`01/7/2024` inside a Vietnamese sentence, whatever the language of the frame."""
    return _TIME.format(day.isoformat(), "", country_time.short_date(day))


def vietnamese_weekday(day: date) -> str:
    """`Thứ Hai` inside a Vietnamese sentence."""
    return country_time.weekday_name(day)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "article_time": article_time,
    "day_only": day_only,
    "vietnamese_date": vietnamese_date,
    "vietnamese_weekday": vietnamese_weekday,
}
