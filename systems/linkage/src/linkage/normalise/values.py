"""Dates and numbers of a row: the kernel's reading of them, and what form they had."""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import lru_cache

from kernel import personal_id
from kernel.partial_date import PartialDate, PartialDateFormat

ABSENT_DATES = frozenset({"0000-00-00", "1900-01-01", "01/01/1900", "1/1/1900"})


@lru_cache(maxsize=200_000)
def birth_date(text: str) -> str | None:
    """ISO, perhaps without day or month; None when it is no date of the calendar, or a filler of an old form."""
    if text in ABSENT_DATES:
        return None
    try:
        return str(PartialDate.parse(text.split("T", maxsplit=1)[0].split(" 00:00", maxsplit=1)[0]))
    except PartialDateFormat:
        return None


@lru_cache(maxsize=50_000)
def day(text: str) -> str | None:
    """The day of a timestamp or date, ISO; None when it is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        return date.fromisoformat(plain[:10]).isoformat()
    except ValueError:
        whole = birth_date(plain.split(" ")[0])
        return whole if whole and len(whole) == 10 else None


def number12(text: str) -> int | None:
    """The personal number as an integer (leading zeros are restored by 12 digits); None when it is none."""
    try:
        return int(personal_id.normalise(text))
    except personal_id.PersonalIdFormat:
        return None


def number9(text: str) -> int | None:
    """The same for a 9-digit alias."""
    try:
        return int(personal_id.normalise_legacy_id9(text))
    except personal_id.PersonalIdFormat:
        return None


def is_vietnamese(nationality: str | None) -> bool:
    """Nothing said, or Vietnam in any spelling an old form kept."""
    word = unicodedata.normalize("NFC", nationality or "").strip().casefold().replace(" ", "")
    return word in {"", "vn", "vnm", "việtnam", "vietnam", "viet-nam", "kinh", "704"}
