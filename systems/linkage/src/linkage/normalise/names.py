"""A name in the forms that are compared, by the kernel, a word at a time: millions of names, few words."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from kernel import vietnamese_names


class NameForms(NamedTuple):
    """``spelled``: equal if and only if `kernel.vietnamese_names.compare` says MATCH (NFC, old or new tone place).
    ``folded``: ASCII, lower case, for distances. ``ordered``: the folded words sorted, for names in another order.
    ``rest``: the folded words after the first, for surnames that changed. ``head``: the first two, ``given``: the last.
    """

    spelled: str
    folded: str
    ordered: str
    rest: str
    head: str
    given: str


@lru_cache(maxsize=200_000)
def _word(raw: str) -> tuple[str, str]:
    # sort_key maps letters and tones one to one, so equal keys are equal spellings.
    # A letter that has no ASCII form stays a difference: it becomes a question mark.
    decomposed = unicodedata.normalize("NFD", vietnamese_names.canonical(raw))
    foreign = sum(ord(char) > 127 and not unicodedata.combining(char) and char != "Đ" for char in decomposed)
    return vietnamese_names.sort_key(raw), vietnamese_names.fold(raw) + "?" * foreign


@lru_cache(maxsize=300_000)
def forms(text: str) -> NameForms | None:
    """The forms of a full name; None when no letter of it can be read."""
    # A word of invisible characters only has the empty key: one tone mark and no letter.
    words = [word for word in map(_word, text.split()) if len(word[0]) > 1]
    folded = [fold for _, fold in words if fold]
    if not folded:
        return None
    return NameForms(
        spelled=" ".join(key for key, _ in words),
        folded=" ".join(folded),
        ordered=" ".join(sorted(folded)),
        rest=" ".join(folded[1:]),
        head=" ".join(folded[:2]),
        given=folded[-1],
    )
