"""Compresses the page of a first visit, and no other.

A page that holds a secret beside words an attacker may choose must not be compressed (BREACH, 2013): its length would
tell the secret. A request without any cookie of ours belongs to nobody, so its page holds no secret that a second
request would meet again; and it is the page that has to come with fonts and style sheet.
"""

from __future__ import annotations

import gzip

from design.i18n import COOKIE

SMALLEST = 1_000
LEVEL = 6


def is_first_visit(cookie_header: str) -> bool:
    """No cookie but the one that remembers the language."""
    names = {part.split("=")[0].strip() for part in cookie_header.split(";")}
    return names <= {"", COOKIE}


def may_compress(content_type: str, accept_encoding: str, cookie_header: str, size: int) -> bool:
    """Whether this answer is a page of a first visit, long enough, to a browser that takes gzip."""
    is_page = content_type.startswith("text/html") and size >= SMALLEST
    return is_page and "gzip" in accept_encoding and is_first_visit(cookie_header)


def compressed(page: bytes) -> bytes:
    """The page as gzip (RFC 1952), the same bytes each time."""
    return gzip.compress(page, LEVEL, mtime=0)
