"""Which address may be called: pure rules, on the URL before a name is looked up and on each IP address after it."""

from __future__ import annotations

import ipaddress
import re
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from eid.clients.redirection import is_loopback

MAX_LENGTH: Final = 2000
_PORTS: Final = {"https": 443, "http": 80}
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.ASCII)
_NAMED: Final = re.compile(
    r"(?P<host>[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:(?P<port>[1-9]\d{0,4}))?", re.ASCII
)
_GLOBAL_UNICAST: Final = ipaddress.ip_network("2000::/3")
# Spelled out beside `is_global`, whose answer differs between versions of Python: RFC 6890 with IANA's registries.
_SPECIAL: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    )
)  # fmt: skip


class CallForbidden(Exception):
    """The address may not be called. The text names the rule, never the address that a name led to."""


class AllowedRefused(ValueError):
    """`EID_OUTBOUND_ALLOW` cannot be read."""


class Target(NamedTuple):
    """A URL that passed: what to connect to. `trusted` hosts may have any address."""

    scheme: str
    host: str
    port: int
    path: str
    trusted: bool


class Allowed(msgspec.Struct, frozen=True):
    """Hosts (`name`) and places (`name:port`) of `EID_OUTBOUND_ALLOW`: theirs may be a private address."""

    places: frozenset[str] = frozenset()

    @classmethod
    def read(cls, text: str) -> Allowed:
        """From a comma separated list. Raises AllowedRefused."""
        places = [place.strip().lower() for place in text.split(",") if place.strip()]
        for place in places:
            named = _NAMED.fullmatch(place)
            if not named or int(named["port"] or 1) > 65535:
                raise AllowedRefused(f"{place} is neither host nor host:port")
        return cls(frozenset(places))

    def names(self, host: str, port: int) -> bool:
        """Whether the operator named this host, or this very port of it."""
        return host in self.places or f"{host}:{port}" in self.places


def target(url: str, allowed: Allowed) -> Target:
    """Judge a URL. Raises CallForbidden. https anywhere; http only to a loopback host that `allowed` names.

    Nothing that two parsers could read in two ways passes: no userinfo, no odd characters, no fragment.
    """
    if len(url) > MAX_LENGTH or not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>^`{|}'):
        raise CallForbidden("the address is malformed")
    try:
        parts = urlsplit(url)
        given = parts.port
    except ValueError:
        raise CallForbidden("the address is malformed") from None
    host = parts.netloc.lower().removesuffix(f":{given}") if given is not None else parts.netloc.lower()
    # guard: eid-outbound-url-shape
    if parts.scheme not in _PORTS or not _HOST.fullmatch(host) or parts.fragment or given == 0:
        raise CallForbidden("the address is malformed")
    port = given or _PORTS[parts.scheme]
    trusted = allowed.names(host, port)
    # guard: eid-outbound-https-only
    if parts.scheme == "http" and not (trusted and is_loopback(host)):
        raise CallForbidden("only https is called")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, trusted)


def is_public(address: str) -> bool:
    """Whether an IP address is somewhere on the public internet: not here, not in our networks, not a tunnel to them.

    RFC 6890 and IANA's registries of special addresses; IPv6 only as global unicast without 6to4, Teredo and
    addresses that embed an IPv4 one.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if ip.version == 6 and ip not in _GLOBAL_UNICAST:
        return False
    return ip.is_global and not any(ip in network for network in _SPECIAL)
