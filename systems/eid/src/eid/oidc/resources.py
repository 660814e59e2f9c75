"""Resource indicators: which server a token is for (RFC 8707 2)."""

from __future__ import annotations

from urllib.parse import urlsplit

from eid.oidc.errors import InvalidTarget


def parse(text: str) -> tuple[str, ...]:
    """The addresses of a (repeated) `resource` parameter, each once. Raises InvalidTarget."""
    named = tuple(dict.fromkeys(text.split(" "))) if text else ()
    for address in named:
        if not is_resource(address):
            raise InvalidTarget("resource is not an absolute address without a fragment")
    return named


def is_resource(address: str) -> bool:
    """RFC 8707 2: an absolute URI without a fragment."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.scheme) and bool(parts.netloc or parts.path) and "#" not in address and address.isascii()
