"""The personal number: 12 digits, given once, never to another person (Law 26/2023 Art 12).

Only the format is a hard rule here. The inner structure (Decree 137/2015 Art 13) has left the law, so what it tells
is a warning and never a refusal; the truth is the register's.
"""

import re
import unicodedata
from dataclasses import dataclass

from kernel.admin_units import OLD_PROVINCES
from kernel.partial_date import PartialDate

_TWELVE = re.compile(r"[0-9]{12}")
_NINE = re.compile(r"[0-9]{9}")


class PersonalIdFormat(ValueError):
    """Not a 12-digit number. The text itself is not in the message: messages reach logs."""

    code = "E_ID_FORMAT"

    def __init__(self) -> None:
        super().__init__(self.code)


@dataclass(frozen=True, slots=True)
class Hints:
    """What the digits suggest: the place code of birth registration, the birth year, the sex (``M`` or ``F``)."""

    place_code: str
    birth_year: int
    sex: str

    @property
    def place(self) -> str | None:
        """The name of the old province, or None: a country code, or a code that no province had."""
        return OLD_PROVINCES.get(self.place_code[1:]) if self.place_code[0] == "0" else None


def _digits(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def normalise(text: str) -> str:
    """The 12 ASCII digits of what somebody typed (full-width digits folded, spaces off). Raises PersonalIdFormat."""
    digits = _digits(text)
    if not _TWELVE.fullmatch(digits):
        raise PersonalIdFormat
    return digits


def normalise_legacy_id9(text: str) -> str:
    """The same for a 9-digit CMND number: an alias, never valid by itself since 1 January 2025."""
    digits = _digits(text)
    if not _NINE.fullmatch(digits):
        raise PersonalIdFormat
    return digits


def hints(personal_id: str) -> Hints | None:
    """A soft reading of a number; None when it is not one. Never reject on it."""
    if not _TWELVE.fullmatch(personal_id):
        return None
    century = int(personal_id[3])
    year = 1900 + 100 * (century // 2) + int(personal_id[4:6])
    return Hints(personal_id[:3], year, "M" if century % 2 == 0 else "F")


def warnings(personal_id: str, sex: str | None, birth_date: PartialDate | None) -> tuple[str, ...]:
    """``W_ID_PLACE`` (no such place code), ``W_ID_MISMATCH`` (digits speak of another sex or birth year)."""
    read = hints(personal_id)
    if read is None:
        return ()
    found = []
    # Codes of countries begin at 101; the list is the ministry's and changes, so they are not judged.
    if read.place is None and read.place_code < "101":
        found.append("W_ID_PLACE")
    if (sex and sex != read.sex) or (birth_date and birth_date.year != read.birth_year):
        found.append("W_ID_MISMATCH")
    return tuple(found)


def mask(personal_id: str) -> str:
    """``045185•••123``: how a number is shown to anybody but its owner or an officer with a purpose."""
    return f"{personal_id[:-6]}•••{personal_id[-3:]}" if len(personal_id) > 6 else "•••"
