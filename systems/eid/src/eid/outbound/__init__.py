"""Calls to addresses that others chose: jwks_uri, request_uri, sector_identifier_uri, logout, ping and push URLs.

Owns which address may be called and how much of an answer is taken. Does not own what is done with the answer, nor
the calls to addresses that our own settings name (population_client, wire.delivery). Serves RFC 9101 10.4 and
12.1, OpenID Connect Core 6.2, RFC 7591 5, and OWASP's advice on server-side request forgery.
"""

from eid.outbound.addresses import Allowed, AllowedRefused, CallForbidden
from eid.outbound.client import Answer, CallFailed, Outbound
from eid.outbound.remote_keys import KeysUnavailable, RemoteKeys

__all__ = [
    "Allowed",
    "AllowedRefused",
    "Answer",
    "CallFailed",
    "CallForbidden",
    "KeysUnavailable",
    "Outbound",
    "RemoteKeys",
]
