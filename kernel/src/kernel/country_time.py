"""The country's clock: the date that law, working days and every date a person sees are judged by.

``MOTCUA_COUNTRY_TIME`` is an offset in seconds from the real clock (in life absent or zero), or ``@FILE`` with that
number in it; the file is read again when it changes. One-time codes, tokens, sessions and audit use the real clock.
"""

import math
import os
from datetime import date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "+07")
SETTING = "MOTCUA_COUNTRY_TIME"

_WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_file_seen: dict[str, tuple[tuple[int, int, int], float]] = {}


class CountryTimeError(RuntimeError):
    """The setting is not a number of seconds: no date of law can be judged, so nothing may guess one."""


def _number(text: str, where: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds) or abs(seconds) > 200 * 366 * 86_400:
        raise CountryTimeError(f"{where}: an offset in seconds is expected, not {text.strip()[:40]!r}")
    return seconds


def offset() -> float:
    """Seconds between the country's clock and the real one. Raises CountryTimeError on anything but a number."""
    setting = os.environ.get(SETTING, "").strip()
    if not setting:
        return 0.0
    if not setting.startswith("@"):
        return _number(setting, SETTING)
    path = setting[1:]
    try:
        stat = os.stat(path)
        stamp = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        seen = _file_seen.get(path)
        if seen is None or seen[0] != stamp:
            with open(path, encoding="utf-8") as file:
                _file_seen[path] = seen = (stamp, _number(file.read(), path))
    except (OSError, UnicodeDecodeError) as error:
        raise CountryTimeError(f"{SETTING}: cannot read {path}") from error
    return seen[1]


def offset_seconds() -> int:
    """`offset`, in whole seconds."""
    return int(offset())


def now() -> datetime:
    """The country's time, aware, +07:00 (Vietnam knows no daylight saving)."""
    return datetime.now(VIETNAM) + timedelta(seconds=offset())


def today() -> date:
    """The country's date."""
    return now().date()


def weekday_name(day: date, language: str = "vi") -> str:
    """``Thứ Bảy`` or ``Saturday``; computed, never typed."""
    return _WEEKDAYS[language][day.weekday()]


def news_time(moment: datetime, language: str = "vi") -> str:
    """``14:49, Thứ Bảy, 4-5-2024``, as news pages and dossier clocks write it, in Vietnam's time."""
    local = moment.astimezone(VIETNAM)
    day = f"{local.day}-{local.month}-{local.year}"
    return f"{local:%H:%M}, {weekday_name(local.date(), language)}, {day}"


def short_date(day: date) -> str:
    """``04/5/2024``: days below 10 and months 1 and 2 take a zero (Decree 30/2020/NĐ-CP, annex I)."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"{day.day:02}/{month}/{day.year}"
