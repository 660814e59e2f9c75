"""How numbers, dates, times and masked values are written, in the language of the request.

Dates follow official Vietnamese use: `01/7/2024` (days below 10 and the months 1 and 2 take a zero), in news and
in the clocks of a dossier `Thứ Bảy, 4-5-2024`. A moment that knows its zone is shown in Vietnam's time, so pass the
moment itself: its `.date()` would be the day in the zone it was stored in.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from markupsafe import Markup, escape

from design.page_request import current

Moment = TypeVar("Moment", bound=date | time)
VIETNAM = timezone(timedelta(hours=7))
MINUS = "\u2212"
BULLETS = "•••"
WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def number(value: float | Decimal, decimals: int = 0) -> str:
    """18640 -> `18.640` (vi), `18,640` (en); halves are rounded up."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(exact):,f}"
    if current().language == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return (MINUS if exact < 0 else "") + text


def percent(share: float | Decimal, decimals: int = 1) -> str:
    """A share of one: 0.53 -> `53,0%` (vi), `53.0%` (en)."""
    return number(Decimal(str(share)) * 100, decimals) + "%"


def nowrap(text: object) -> Markup:
    """A text that stays on one line."""
    return Markup('<span class="mc-nowrap">{}</span>').format(text)


def short_date_text(day: date) -> str:
    """`01/7/2024`, in English `1 July 2024`."""
    day = _here(day)
    if current().language == "en":
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


def news_date_text(day: date) -> str:
    """`Thứ Bảy, 4-5-2024`, in English `Saturday, 4 May 2024`."""
    day = _here(day)
    language = current().language
    weekday = WEEKDAYS[language][day.weekday()]
    if language == "en":
        return f"{weekday}, {day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{weekday}, {day.day}-{day.month}-{day.year}"


def _here(moment: Moment) -> Moment:
    """The moment in Vietnam's time; a date, or a time without a zone, as it is."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(VIETNAM)
    return moment


def _time_element(moment: date, day: str, before: str = "") -> Markup:
    """A `<time>` whose day does not break; the clock time before it may stand on another line."""
    moment = _here(moment)
    machine = moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()
    return Markup('<time datetime="{}">{}<span class="mc-nowrap">{}</span></time>').format(machine, before, day)


def short_date(day: date) -> Markup:
    """The short date as a `<time>` that does not break."""
    return _time_element(day, short_date_text(day))


def news_date(day: date) -> Markup:
    """The date with its weekday as a `<time>` that does not break."""
    return _time_element(day, news_date_text(day))


def clock(moment: datetime | time) -> str:
    """`15:24`."""
    moment = _here(moment)
    return f"{moment.hour}:{moment.minute:02d}"


def date_and_time(moment: datetime) -> Markup:
    """`15:24, ngày 01/7/2024`, in English `15:24 on 1 July 2024`."""
    joint = " " if current().language == "en" else ", "
    word = "on " if current().language == "en" else "ngày "
    return _time_element(moment, word + short_date_text(moment), clock(moment) + joint)


def news_time(moment: datetime) -> Markup:
    """`14:49, Thứ Bảy, 4-5-2024`."""
    return _time_element(moment, news_date_text(moment), clock(moment) + ", ")


def _figures(text: str) -> Markup:
    return Markup('<span class="mc-number">{}</span>').format(text)


def mask_personal_id(value: str) -> Markup:
    """`045185000123` -> `045185•••123`; anything else shows its last three characters only."""
    if len(value) == 12:
        return _figures(value[:6] + BULLETS + value[-3:])
    return _figures(BULLETS + value[-3:] if len(value) > 3 else BULLETS)


def mask_phone(value: str) -> Markup:
    """`0905000123` -> `0905 ••• 123`."""
    return _figures(BULLETS if len(value) < 9 else f"{value[:4]} {BULLETS} {value[-3:]}")


def mask_email(value: str) -> str:
    """`myduyen@vidu.example` -> `my•••@vidu.example`."""
    name, at, host = value.rpartition("@")
    if not at:
        return BULLETS
    shown = name[:2] if len(name) > 3 else name[:1]
    return f"{shown}{BULLETS}@{host}"


def phone(value: str) -> Markup:
    """`0905000123` -> `0905 000 123`."""
    if len(value) == 10 and value.isdigit():
        return _figures(f"{value[:4]} {value[4:7]} {value[7:]}")
    return _figures(value)


def personal_id(value: str) -> Markup:
    """A number in full, for its owner and for an officer with a purpose."""
    return _figures(value)


def dossier(code: str) -> Markup:
    """A dossier code that may break after its hyphens."""
    parts = Markup("-<wbr>").join(escape(part) for part in code.split("-"))
    return Markup('<span class="mc-dossier">{}</span>').format(parts)
