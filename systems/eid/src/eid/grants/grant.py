"""What one authorization gave, whichever way it was asked: the record behind every token."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from eid.oidc import scopes
from eid.oidc.claims import Asked
from eid.oidc.errors import InsufficientScope


class Grant(msgspec.Struct, frozen=True):
    """`granted` are the items that the person let go; `nonce` goes to the ID token.

    `checked_at` is when the register last vouched for the person; None when nothing verified was asked. `resource`
    are the resource servers that were named (RFC 8707), `authorization_details` the JSON text of RFC 9396, sealed
    where it is kept. `dpop_jkt` is the key that the request was bound to (RFC 9449 10); `claims` what was asked by
    name (Core 5.5).
    """

    id: UUID
    client_id: str
    sector: str
    account_id: UUID
    session_id: UUID | None  # None: allowed on another screen than the one that asked
    sub: str
    redirect_uri: str
    code_challenge: str
    scope: tuple[str, ...]
    granted: tuple[str, ...]
    acr: str
    amr: tuple[str, ...]
    auth_time: datetime
    code_expires_at: datetime
    nonce: str | None = None
    checked_at: datetime | None = None
    resource: tuple[str, ...] = ()
    authorization_details: str | None = None
    dpop_jkt: str | None = None
    claims: Asked | None = None


def withheld_by(scope: tuple[str, ...]) -> tuple[str, ...]:
    """Items that a token of this scope does not open at userinfo (RFC 6749 6).

    Raises InsufficientScope (Core 5.3, RFC 6750 3.1).
    """
    if scopes.OPENID not in scope:
        raise InsufficientScope("openid is needed here")
    # guard: eid-narrow-token-tells-less
    return tuple(item for item in scopes.TELLING if item not in scope)


def within(grant: Grant, withheld: tuple[str, ...]) -> Grant:
    """The grant without what is withheld."""
    granted = tuple(item for item in grant.granted if item not in withheld)
    return grant if granted == grant.granted else msgspec.structs.replace(grant, granted=granted)
