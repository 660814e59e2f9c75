"""Dossier codes: given once, never changed (Decree 45/2020 Art 12; Circular 01/2018/TT-VPCP).

Made strictly (``000.00.01.H50-240504-0001``), read leniently: other systems write other lengths.
"""

import re
from dataclasses import dataclass
from datetime import date

from kernel import agency_code

_LENIENT = re.compile(r"([0-9A-Z.]{3,35})-((?:20)?[0-9]{6})-([0-9A-Z]{4,12})(?:-KQ(?:\(([0-9]+)\))?)?")
_PROCEDURE = re.compile(r"[1-9]\.[0-9]{6}")


@dataclass(frozen=True, slots=True)
class DossierCode:
    """An agency code, the day of receipt, the number of the day (text: its zeros count)."""

    agency: str
    day: date
    number: str

    def __str__(self) -> str:
        return f"{self.agency}-{self.day:%y%m%d}-{self.number}"

    @property
    def result_code(self) -> str:
        """The code of the result (Decree 45/2020 Art 14)."""
        return f"{self}-KQ"


def generate(agency: str, day: date, number: int) -> DossierCode:
    """The strict form. Raises ValueError for an agency not in the old form or a number outside 1-9999."""
    if not agency_code.is_old_form(agency):
        raise ValueError("a dossier code takes an agency code such as 000.00.01.H50")
    if not 1 <= number <= 9999:
        raise ValueError("the number of the day must be 1 to 9999")
    return DossierCode(agency, day, f"{number:04}")


def parse(text: str) -> DossierCode:
    """Read any system's code, with or without ``-KQ``. Raises ValueError when it cannot be one."""
    match = _LENIENT.fullmatch("".join(text.split()).upper())
    if match is None or not agency_code.is_valid(match[1]):
        raise ValueError("not a dossier code")
    digits = match[2][-6:]
    return DossierCode(match[1], date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:])), match[3])


def is_procedure_code(text: str) -> bool:
    """``1.004194``: the national code of a procedure."""
    return _PROCEDURE.fullmatch(text) is not None
