"""Where a person goes after signing in: only to a path of this portal."""

from __future__ import annotations

from urllib.parse import urlsplit

FALLBACK = "/tai-khoan"


def safe_next(address: str | None, fallback: str = FALLBACK) -> str:
    """`address` when it is a plain path of this origin, else `fallback`."""
    if not address or len(address) > 1000:
        return fallback
    parts = urlsplit(address)
    plain = address.startswith("/") and not address.startswith("//")
    # guard: open-redirect
    if not plain or parts.scheme or parts.netloc or "\\" in address or any(ord(c) < 33 for c in address):
        return fallback
    return address
