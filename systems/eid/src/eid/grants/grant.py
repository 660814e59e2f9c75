"""What one authorization gave, whichever way it was asked: the record behind every token."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from eid.oidc.claims import Asked


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
