"""Password hashing: argon2id, 19 MiB, t=2, p=1 (the OWASP minimum; the physical limit of password sign-ins).

The work for a number that nobody has is the same as for one that somebody has: `verify(None, …)` hashes
against a decoy of the same cost.
"""

from __future__ import annotations

import secrets
from functools import cache

from wire.argon2_build import BUILD, InvalidHashError, PasswordHasher, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
MAX_LENGTH = 128

__all__ = ["BUILD", "MAX_LENGTH", "hash_password", "needs_rehash", "verify"]


@cache
def _decoy() -> str:
    return _HASHER.hash(secrets.token_urlsafe(24))


def hash_password(password: str) -> str:
    """An argon2id hash in PHC form; about 20 ms of CPU, with AVX2 half (wire.argon2_build). The GIL is released."""
    return _HASHER.hash(password)


def verify(stored: str | None, typed: str) -> bool:
    """Whether `typed` fits. Without a stored hash the same work is done and the answer is False."""
    if len(typed) > MAX_LENGTH:
        stored, typed = None, ""
    # guard: eid-unknown-number-costs-the-same
    reference = stored if stored is not None else _decoy()
    try:
        fits = _HASHER.verify(reference, typed)
    except (VerificationError, InvalidHashError):
        return False
    return fits and stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)
