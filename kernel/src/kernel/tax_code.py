"""Tax and enterprise codes: 10 digits with a check digit, ``-NNN`` for a dependent unit (Circular 105/2020/TT-BTC).

Since 1 July 2025 a person's tax code is the personal number (Circular 86/2024/TT-BTC), so it is not judged here.
"""

import re
import unicodedata

_SHAPE = re.compile(r"([0-9]{10})(?:-?([0-9]{3}))?")
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


class TaxCodeFormat(ValueError):
    """Not a tax code: wrong shape or wrong check digit."""

    def __init__(self) -> None:
        super().__init__("E_TAX_CODE_FORMAT")


def normalise(text: str) -> str:
    """``0100109106`` or ``0100109106-001``. Raises TaxCodeFormat; a sum divisible by 11 gives no valid code."""
    match = _SHAPE.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if match is None or match[2] == "000":
        raise TaxCodeFormat
    code, branch = match.groups()
    check = 10 - sum(int(digit) * weight for digit, weight in zip(code, _WEIGHTS, strict=False)) % 11
    if check == 10 or check != int(code[9]):
        raise TaxCodeFormat
    return f"{code}-{branch}" if branch else code


def is_valid(text: str) -> bool:
    """Whether `normalise` accepts it."""
    try:
        normalise(text)
    except TaxCodeFormat:
        return False
    return True
