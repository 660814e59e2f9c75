"""Request parameters as they arrive: each may be given once (RFC 6749 3.1 and 3.2), but for those of REPEATABLE."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote

from eid.oidc.errors import InvalidRequest

MAX_FIELDS: Final = 64
MAX_LENGTH: Final = 64 * 1024
#: May be given several times (RFC 8707 2, RFC 8693 2.1); the values stand together, parted by a space.
REPEATABLE: Final = frozenset({"resource", "audience"})


def parse(encoded: bytes) -> dict[str, str]:
    """Read application/x-www-form-urlencoded. Raises InvalidRequest for a repeated name, bad UTF-8, or a flood.

    A parameter without a value is treated as left out (RFC 6749 3.1).
    """
    if len(encoded) > MAX_LENGTH:
        raise InvalidRequest("too much")
    fields = encoded.split(b"&", MAX_FIELDS)
    if len(fields) > MAX_FIELDS:
        raise InvalidRequest("too many parameters")
    try:
        return once([_pair(field.decode("ascii")) for field in fields if field])
    except UnicodeError:
        raise InvalidRequest("the parameters cannot be read") from None


def _pair(field: str) -> tuple[str, str]:
    """As urllib's parse_qsl reads it; most fields need no decoding at all, and this runs for every request."""
    name, _, value = field.partition("=")
    if "%" in field or "+" in field:
        name, value = (unquote(text.replace("+", " "), errors="strict") for text in (name, value))
    return name, value


def once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Pairs as a dict; raises InvalidRequest when a name comes twice or a value holds a control character."""
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values and name in REPEATABLE:
            values[name] += f" {value}"
            continue
        # guard: eid-parameter-once
        if name in values:
            raise InvalidRequest("a parameter is given twice")
        values[name] = value
    if any("\x00" in value for value in values.values()):
        raise InvalidRequest("a parameter holds a control character")
    return {name: value for name, value in values.items() if value}
