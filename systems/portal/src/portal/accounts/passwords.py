"""Passwords of old accounts: 8-20 characters of four classes (facts.md 3.1), argon2id, a hash for nobody.

The dummy hash makes a sign-in that finds no account last as long as one that finds it.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from wire.argon2_build import InvalidHashError, PasswordHasher, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
SHORTEST, LONGEST = 8, 20


def faults(password: str) -> list[str]:
    """Which of the five rules the password breaks: length, upper, lower, digit, special."""
    text = unicodedata.normalize("NFC", password)
    rules = {
        "length": SHORTEST <= len(text) <= LONGEST,
        "upper": any(c.isupper() for c in text),
        "lower": any(c.islower() for c in text),
        "digit": any(c.isdigit() for c in text),
        "special": any(not c.isalnum() and not c.isspace() for c in text),
    }
    return [name for name, held in rules.items() if not held]


def hash_password(password: str) -> str:
    """An argon2id string; NFC first, so that keyboards agree."""
    return HASHER.hash(unicodedata.normalize("NFC", password))


@cache
def _nobody() -> str:
    return HASHER.hash("a password that nobody has")


def matches(password: str, password_hash: str) -> bool:
    """Does the password fit? An empty hash (no account, or an ended password) costs the same and fits nothing."""
    try:
        fits = HASHER.verify(password_hash or _nobody(), unicodedata.normalize("NFC", password))
    except (VerificationError, InvalidHashError):
        return False
    return fits and bool(password_hash)
