"""Rich authorization requests: typed details of what a client wants done (RFC 9396).

Each type is a row: the members that an object of it may have. Anything else is refused, never ignored: a person must
not agree to what the page cannot show (RFC 9396 5 and 12).
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from eid.oidc.errors import InvalidAuthorizationDetails

MAX_LENGTH: Final = 8192
MAX_OBJECTS: Final = 10

_TEXT = str
_TEXTS = list[str]


class DetailType(msgspec.Struct, frozen=True):
    """A type: its members with their kinds, and which of them have to be there."""

    members: dict[str, type]
    needed: tuple[str, ...]


#: Common members of RFC 9396 2.2 are taken where they make sense for the type.
TYPES: Final = {
    # One act in one dossier: sign it, hand it in, withdraw it, pay its fee.
    "vn_dossier_act": DetailType(
        {
            "type": _TEXT,
            "actions": _TEXTS,
            "locations": _TEXTS,
            "procedure_code": _TEXT,
            "dossier_code": _TEXT,
            "amount_vnd": int,
            "note": _TEXT,
        },
        ("actions", "dossier_code"),
    ),
    # Signing one paper with the e-ID: what it is and its hash.
    "vn_document_signature": DetailType(
        {"type": _TEXT, "locations": _TEXTS, "document_name": _TEXT, "sha256": _TEXT},
        ("document_name", "sha256"),
    ),
}


def parse(text: str, allowed: tuple[str, ...]) -> str:
    """The details as compact JSON text. Raises InvalidAuthorizationDetails (RFC 9396 5)."""
    if len(text) > MAX_LENGTH:
        raise InvalidAuthorizationDetails("authorization_details is too long")
    try:
        details = msgspec.json.decode(text, type=list[dict[str, Any]])
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        raise InvalidAuthorizationDetails("authorization_details is not a JSON array of objects") from None
    if not 0 < len(details) <= MAX_OBJECTS:
        raise InvalidAuthorizationDetails("authorization_details is empty, or holds too much")
    for detail in details:
        _judge(detail, allowed)
    return msgspec.json.encode(details).decode()


def narrowed(granted: str | None, asked: str | None) -> str | None:
    """What a token request leaves of the granted details: those that it names (RFC 9396 6).

    Raises InvalidAuthorizationDetails for one that was not granted word by word.
    """
    if asked is None:
        return granted
    try:
        wanted = msgspec.json.decode(asked[:MAX_LENGTH], type=list[dict[str, Any]])
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        raise InvalidAuthorizationDetails("authorization_details is not a JSON array of objects") from None
    given = [] if granted is None else read(granted)
    # guard: eid-details-are-never-widened
    if not wanted or any(detail not in given for detail in wanted):
        raise InvalidAuthorizationDetails("authorization_details go beyond what was granted")
    return msgspec.json.encode(wanted).decode()


def read(text: str) -> list[dict[str, Any]]:
    """What `parse` gave, for a page or a token."""
    details: list[dict[str, Any]] = msgspec.json.decode(text, type=list[dict[str, Any]])
    return details


def _judge(detail: dict[str, Any], allowed: tuple[str, ...]) -> None:
    kind = detail.get("type")
    known = TYPES.get(kind) if isinstance(kind, str) else None
    if known is None or kind not in allowed:
        raise InvalidAuthorizationDetails("a type is unknown, or not registered for this client")
    for name, value in detail.items():
        if name not in known.members or not _is(value, known.members[name]):
            raise InvalidAuthorizationDetails("a member is unknown to its type, or of another kind")
    if any(name not in detail for name in known.needed):
        raise InvalidAuthorizationDetails("a member that its type needs is missing")


def _is(value: Any, kind: type) -> bool:
    if kind is _TEXT:
        return isinstance(value, str) and 0 < len(value) <= 300
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return isinstance(value, list) and 0 < len(value) <= 20 and all(_is(item, _TEXT) for item in value)
