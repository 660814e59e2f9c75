"""The user code of the device grant: what a person reads on one screen and types on another (RFC 8628 6.1, 5.1)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Final

ALPHABET: Final = "BCDFGHJKLMNPQRSTVWXZ"  # no vowel (no word), no digit, nothing that looks like another
LENGTH: Final = 8  # 20^8 = 2.6 * 10^10; with ten tries an hour and ten minutes of life nobody guesses one
LIFETIME: Final = timedelta(minutes=10)
MAX_TYPED: Final = 40


def make_user_code() -> str:
    """A fresh user code, without its dash."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(user_code: str) -> str:
    """As a person reads it: WDJB-MJHT."""
    return f"{user_code[: LENGTH // 2]}-{user_code[LENGTH // 2 :]}"


def read_user_code(typed: str) -> str | None:
    """What a person typed, in any case and with any dashes, dots and spaces; None when it cannot be a code."""
    if len(typed) > MAX_TYPED:
        return None
    code = "".join(letter for letter in typed.upper() if letter.isalnum())
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def blind(secret: bytes, user_code: str) -> bytes:
    """What is stored of a user code: it is short, so a plain hash would tell it."""
    return hmac.digest(secret, f"user_code\n{user_code}".encode(), hashlib.sha256)
