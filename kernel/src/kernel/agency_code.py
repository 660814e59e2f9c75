"""Electronic identifiers of agencies (Decision 20/2020/QĐ-TTg) and their older, reversed form (QCVN 102:2016).

``H50`` is the People's Committee of Quảng Trị province; ``H50.01`` (new) and ``000.00.01.H50`` (old) a unit of it.
"""

import re

_NEW = re.compile(r"[A-Y][0-9]{2}(?:\.[0-9A-Z]{1,5}){0,7}")
_OLD = re.compile(r"([0-9]{3})\.([0-9]{2})\.([0-9]{2})\.([A-Y][0-9]{2})")


def is_new_form(code: str) -> bool:
    """``H50.01.02``: at most 35 characters, groups from left to right."""
    return len(code) <= 35 and _NEW.fullmatch(code) is not None


def is_old_form(code: str) -> bool:
    """``000.00.01.H50``: always four groups, right to left."""
    return _OLD.fullmatch(code) is not None


def is_valid(code: str) -> bool:
    """Either form."""
    return is_new_form(code) or is_old_form(code)


def first_level(code: str) -> str:
    """The ministry's or province's own code, ``H50``. Raises ValueError for anything else."""
    if match := _OLD.fullmatch(code):
        return match[4]
    if is_new_form(code):
        return code.split(".", 1)[0]
    raise ValueError("not an agency code")
