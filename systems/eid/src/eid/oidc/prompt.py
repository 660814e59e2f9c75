"""The prompt parameter (OpenID Connect Core 3.1.2.1, Initiating User Registration 1.0 4.1)."""

from __future__ import annotations

from typing import Final

from eid.oidc.errors import InvalidRequest

#: An account is chosen, or opened, by signing in with it: nothing of a session may answer these.
AGAIN: Final = ("login", "select_account", "create")
SUPPORTED: Final = ("none", "login", "consent", "select_account", "create")


def parse(text: str) -> tuple[str, ...]:
    """Space separated words. Raises InvalidRequest for an unknown word, or for none beside another."""
    words = tuple(dict.fromkeys(text.split()))
    if any(word not in SUPPORTED for word in words):
        raise InvalidRequest("prompt holds a value that is not supported")
    if "none" in words and len(words) > 1:
        raise InvalidRequest("prompt=none stands alone")
    return words
