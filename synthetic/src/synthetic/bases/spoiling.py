"""How a name, a number, a date goes wrong. One value in, the wrong value out; only noisy rows come through here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from random import Random

from kernel import vietnamese_names

_TONES = str.maketrans("áàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵ", "àảãạáèẻẽẹéìỉĩịíòỏõọóùủũụúỳỷỹỵý")
_NEIGHBOURS = {"a": "s", "n": "m", "h": "g", "i": "o", "t": "r", "u": "y", "g": "f", "o": "p", "e": "w", "l": "k"}
_NEW_PLACES = {"òa": "oà", "óa": "oá", "ỏa": "oả", "ọa": "oạ", "ủy": "uỷ", "úy": "uý", "ùy": "uỳ", "ụy": "uỵ"}


def accents_lost(_rng: Random, name: str) -> str:
    """``Ho Thi My Duyen``."""
    return vietnamese_names.fold(name).title()


def tone_wrong(rng: Random, name: str) -> str:
    """One tone mark, another one; a bare vowel of a name without any gets one."""
    places = [at for at, letter in enumerate(name) if letter.translate(_TONES) != letter]
    if places:
        at = rng.choice(places)
        return name[:at] + name[at].translate(_TONES) + name[at + 1 :]
    at = next((at for at, letter in enumerate(name) if letter in "aeiouy"), -1)
    return name if at < 0 else name[:at] + unicodedata.normalize("NFC", name[at] + "\u0301") + name[at + 1 :]


def typo(rng: Random, name: str) -> str:
    """Swap, drop, double or a neighbouring key (Damerau 1964), never the first letter."""
    kind, at = rng.randrange(4), rng.randrange(1, max(2, len(name) - 1))
    if kind == 0 and at + 1 < len(name) and name[at] != name[at + 1] and " " not in name[at : at + 2]:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    if kind == 1 and name[at] != " ":
        return name[:at] + name[at + 1 :]
    if kind == 2 and name[at] != " ":
        return name[:at] + name[at] + name[at:]
    keys = [at for at, letter in enumerate(name) if letter in _NEIGHBOURS and at]
    at = rng.choice(keys or [len(name) - 1])
    return name[:at] + _NEIGHBOURS.get(name[at], "x") + name[at + 1 :]


def order(_rng: Random, name: str) -> str:
    """``Duyên Hồ Thị Mỹ``."""
    *before, given = name.split(" ")
    return " ".join([given, *before])


def unicode_form(rng: Random, name: str) -> str:
    """Decomposed letters, or the new place of the tone mark: the same name."""
    if rng.random() < 0.6:
        return unicodedata.normalize("NFD", name)
    for old, new in _NEW_PLACES.items():
        name = name.replace(old, new)
    return name


def spacing_and_case(rng: Random, name: str) -> str:
    """``HỒ THỊ  MỸ DUYÊN``, ``hồ thị mỹ duyên ``: the same name."""
    return rng.choice((name.upper(), name.lower(), name.replace(" ", "  ", 1), f" {name} "))


NAMES: dict[str, Callable[[Random, str], str]] = {
    "accents_lost": accents_lost,
    "tone_wrong": tone_wrong,
    "typo": typo,
    "order": order,
    "unicode_form": unicode_form,
    "spacing_and_case": spacing_and_case,
}


def digit_wrong(rng: Random, digits: str) -> str:
    """One digit replaced, or two neighbours that differ swapped."""
    places = [at for at in range(len(digits) - 1) if digits[at] != digits[at + 1] and "-" not in digits[at : at + 2]]
    if places and rng.random() < 0.5:
        at = rng.choice(places)
        return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    at = rng.choice([place for place, digit in enumerate(digits) if digit.isdigit()])
    return digits[:at] + str((int(digits[at]) + rng.randint(1, 9)) % 10) + digits[at + 1 :]


def date_digit_wrong(rng: Random, iso: str) -> str:
    """Another day or year, still a date: the last digit of the year or of the day."""
    if len(iso) < 10 or rng.random() < 0.5:
        return iso[:3] + str((int(iso[3]) + rng.randint(1, 9)) % 10) + iso[4:]
    day = int(iso[8:])
    return f"{iso[:8]}{day % 28 + 1:02}"


def day_and_month_swapped(_rng: Random, iso: str) -> str:
    """``1985-02-12`` for ``1985-12-02``; a date that has no such twin stays."""
    if len(iso) < 10 or int(iso[8:]) > 12:
        return iso
    return f"{iso[:4]}-{iso[8:]}-{iso[5:7]}"


def year_only(_rng: Random, iso: str) -> str:
    """``1985``."""
    return iso[:4]


DATES: dict[str, Callable[[Random, str], str]] = {
    "year_only": year_only,
    "day_and_month_swapped": day_and_month_swapped,
    "digit_wrong": date_digit_wrong,
}
