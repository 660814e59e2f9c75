"""The country's clock: an offset in a file that all systems read. It starts at the minute of the notice and runs on."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from sandbox.places import Fault, Places

VIETNAM = timezone(timedelta(hours=7))
NOTICE = datetime(2024, 5, 4, 14, 49, tzinfo=VIETNAM)


def ensure(places: Places) -> None:
    """Sets the clock to 14:49 on 4 May 2024 unless the country already has a time."""
    if not places.clock.exists():
        _write(places, NOTICE)


def now(places: Places) -> datetime:
    """The country's time."""
    return datetime.now(UTC).astimezone(VIETNAM) + timedelta(seconds=float(places.clock.read_text()))


def move(places: Places, text: str) -> datetime:
    """Moves the clock forward to `YYYY-MM-DD HH:MM[:SS]` in Vietnam.

    Raises:
        Fault: not a time, or in the country's past (only `reset` goes back: links and sessions know no way back).
    """
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?", text):
        raise Fault(f'not a time: {text!r}. Write it like "2024-06-30 23:59"')
    try:
        target = datetime.fromisoformat(text).replace(tzinfo=VIETNAM)
    except ValueError:
        raise Fault(f"there is no such time: {text}") from None
    if not places.clock.exists():
        raise Fault("there is no country yet: ./motcua up")
    if target < now(places):
        raise Fault(f"the country's clock ({now(places):%Y-%m-%d %H:%M}) only goes forward; ./motcua reset starts anew")
    _write(places, target)
    return target


def _write(places: Places, target: datetime) -> None:
    draft = places.clock.with_suffix(".tmp")
    draft.write_text(str((target - datetime.now(UTC)).total_seconds()))
    draft.rename(places.clock)
