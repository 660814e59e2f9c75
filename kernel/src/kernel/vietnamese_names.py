"""Vietnamese names: one canonical form, comparison with and without accents, a search form, an order.

Where the tone mark stands (``hoá``, ``hóa``) is orthography, not identity: both compare equal. Anything else that
differs is a difference; when only accents differ that is said, for a person to judge, never decided here.
"""

import unicodedata
from typing import Literal

Comparison = Literal["MATCH", "ACCENTS_DIFFER", "NO_MATCH"]

# none, grave, hook above, tilde, acute, dot below: the order of Vietnamese dictionaries.
_TONES = "\u0300\u0309\u0303\u0301\u0323"
_ALPHABET = "AĂÂBCDĐEÊFGHIJKLMNOÔƠPQRSTUƯVWXYZ"
_RANK = {letter: chr(ord("A") + position) for position, letter in enumerate(_ALPHABET)}
# Icelandic and African letters that keyboards and old fonts put in the place of Đ.
_LOOKALIKES = str.maketrans("\u00d0\u00f0\u0189\u0256", "ĐđĐđ")


def canonical(text: str) -> str:
    """NFC, single spaces, upper case; invisible characters off; the tone mark stays where it was written."""
    visible = text
    if not text.isprintable():
        visible = "".join(char for char in text if unicodedata.category(char) not in {"Cf", "Cc"} or char.isspace())
    return unicodedata.normalize("NFC", " ".join(visible.translate(_LOOKALIKES).split()).upper())


def _spelled(text: str) -> list[tuple[str, int]]:
    """Each word of the text as (letters with their quality marks but no tone, tone 0-5)."""
    words = []
    for word in unicodedata.normalize("NFD", canonical(text)).split(" "):
        tone = next((_TONES.index(char) + 1 for char in word if char in _TONES), 0)
        letters = "".join(char for char in word if char not in _TONES)
        words.append((unicodedata.normalize("NFC", letters), tone))
    return words


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", canonical(text))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace("Đ", "D")


def fold(text: str) -> str:
    """For search: ASCII, lower case, đ to d. What has no ASCII letter is left out."""
    return " ".join(_bare(text).lower().encode("ascii", "ignore").decode().split())


def compare(one: str, other: str) -> Comparison:
    """MATCH, ACCENTS_DIFFER (equal once accents are off) or NO_MATCH. An empty name matches nothing."""
    written, asked = canonical(one), canonical(other)
    if not written or not asked:
        return "NO_MATCH"
    if written == asked or _spelled(one) == _spelled(other):
        return "MATCH"
    return "ACCENTS_DIFFER" if _bare(one) == _bare(other) else "NO_MATCH"


def sort_key(text: str) -> str:
    """An ASCII text whose byte order is the Vietnamese order: word by word, letters (a ă â … đ e ê …), then tones."""
    return " ".join(
        "".join(_RANK.get(char, char) for char in letters) + chr(ord("!") + tone) for letters, tone in _spelled(text)
    )


def name_sort_key(full_name: str) -> str:
    """The order of lists of people: given name (the last word) first, then surname and middle names."""
    *before, given = canonical(full_name).split(" ")
    return sort_key(" ".join([given, *before]))
