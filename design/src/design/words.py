"""Keeps two-syllable Vietnamese words on one line in titles, and dates in one piece."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

NO_BREAK = "\u00a0"


@cache
def _pattern() -> re.Pattern[str]:
    listed = (Path(__file__).parent / "kept_together.txt").read_text(encoding="utf-8")
    words = {unicodedata.normalize("NFC", line.strip()) for line in listed.splitlines()}
    words = {word for word in words if word and not word.startswith("#")}
    alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)({alternatives})(?!\w)", re.IGNORECASE)


def keep_together(text: str) -> str:
    """Puts a no-break space into each listed word of `text`; nothing else changes."""
    return _pattern().sub(lambda found: found.group().replace(" ", NO_BREAK), text)
