"""Redirect URIs: which may be registered, and whether a given one is the registered one.

RFC 9700 2.1: exact string comparison, no patterns. What no parser may read in two ways is refused at
registration, so comparison never has to parse.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.ASCII)
_URI = re.compile(r"[A-Za-z0-9\-._~:/?&=%+,;@!$'()]+", re.ASCII)


def fault_of(uri: str) -> str | None:
    """Why this URI may not be registered, or None. https anywhere, http on loopback names only."""
    if not _URI.fullmatch(uri) or len(uri) > 2000:
        return "holds a character that may not stand in it"
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return "cannot be read"
    host = parts.hostname or ""
    if parts.scheme not in {"https", "http"} or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return "is not an http(s) address with a plain host"
    if parts.scheme == "http" and not is_loopback(host):
        return "is http outside loopback"
    if port == 0:
        return "has no usable port"
    if any(segment in {".", ".."} for segment in parts.path.split("/")):
        return "has a path that climbs"
    return None


def is_loopback(host: str) -> bool:
    """RFC 6761: localhost and everything under it; and the loopback address."""
    return host in {"localhost", "127.0.0.1"} or host.endswith(".localhost")


def is_registered(uri: str, registered: tuple[str, ...]) -> bool:
    """Exact comparison of strings (RFC 9700 2.1, RFC 3986 6.2.1). Nothing is normalised."""
    # guard: eid-redirect-uri-exact
    return uri in registered
