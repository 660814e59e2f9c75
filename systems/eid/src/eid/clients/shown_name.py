"""The name by which people know a client that registered itself (RFC 7591 2.2 and 5)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

MAX_LENGTH: Final = 80
_LANGUAGES: Final = ("vi", "en")


def in_languages(metadata: Mapping[str, Any]) -> dict[str, str]:
    """`client_name#vi` and `client_name#en` (BCP 47 tags), each else the plain name."""
    plain = metadata.get("client_name")
    named = {language: metadata.get(f"client_name#{language}", plain) for language in _LANGUAGES}
    return {language: cleaned(name) if isinstance(name, str) else "" for language, name in named.items()}


def not_verified(names: Mapping[str, str], host: str) -> dict[str, str]:
    """Nobody has checked what a stranger calls itself: the host, which is proven by TLS, stands first."""
    said = {"vi": "tên tự khai, chưa được xác minh", "en": "the name is its own and not verified"}
    return {language: f"{host} ({name}; {said[language]})" if name else host for language, name in names.items()}


def cleaned(name: str) -> str:
    """One line of letters: no control, format or direction characters, no more than fits."""
    kept = "".join(
        each if unicodedata.category(each)[0] not in "CZ" else " " for each in unicodedata.normalize("NFC", name)
    )
    return " ".join(kept.split())[:MAX_LENGTH]
