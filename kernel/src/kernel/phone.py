"""Vietnamese telephone numbers. A number is a way to reach somebody, never a proof of who he is."""

import re
import unicodedata

_MOBILE = re.compile(r"0[35789][0-9]{8}")
_LANDLINE = re.compile(r"02[0-9]{9}")
_INTERNATIONAL = re.compile(r"(?:\+|00)840?|84(?=[35789][0-9]{8}$)")


class PhoneFormat(ValueError):
    """Not a Vietnamese telephone number. The text itself is not in the message."""

    def __init__(self) -> None:
        super().__init__("E_PHONE_FORMAT")


def normalise(text: str) -> str:
    """``0905000123`` from what somebody typed (``+84 905 000 123``, ``0905.000.123``). Raises PhoneFormat."""
    plain = re.sub(r"[\s.()\-]", "", unicodedata.normalize("NFKC", text))
    local = _INTERNATIONAL.sub("0", plain, count=1) if _INTERNATIONAL.match(plain) else plain
    if not (_MOBILE.fullmatch(local) or _LANDLINE.fullmatch(local)):
        raise PhoneFormat
    return local


def is_mobile(number: str) -> bool:
    """Whether a normalised number can take an SMS."""
    return bool(_MOBILE.fullmatch(number))


def mask(number: str) -> str:
    """``0905 ••• 123``."""
    return f"{number[:4]} ••• {number[-3:]}" if len(number) >= 10 else "•••"
