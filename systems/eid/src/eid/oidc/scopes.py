"""Scopes (RFC 6749 3.3, OpenID Connect Core 5.4 and 11)."""

from __future__ import annotations

from typing import Final

OPENID: Final = "openid"
PROFILE: Final = "profile"
EMAIL: Final = "email"
ADDRESS: Final = "address"
PHONE: Final = "phone"
OFFLINE_ACCESS: Final = "offline_access"
SSF_READ: Final = "ssf.read"  # SSF 1.0: a client for itself
SSF_MANAGE: Final = "ssf.manage"
NOTICES_SEND: Final = "notices.send"  # ours: a client for itself tells its users something
#: Scopes that tell something of the person, in the order in which a page lists them (Core 5.4).
TELLING: Final = (PROFILE, PHONE, EMAIL, ADDRESS)
SUPPORTED: Final = (OPENID, *TELLING, OFFLINE_ACCESS)
#: Scopes that speak of a person; the others are words of resource servers.
OF_PERSONS: Final = SUPPORTED


def parse(text: str) -> tuple[str, ...]:
    """Scope words in the order given, each once."""
    return tuple(dict.fromkeys(text.split(" "))) if text else ()


def known(text: str) -> tuple[str, ...]:
    """The words of it that we know; the others are ignored (OpenID Connect Core 3.1.2.1)."""
    return tuple(word for word in parse(text) if word in SUPPORTED)
