"""The authorization code: 256 random bits, 60 seconds, one use, bound to client, redirect_uri and PKCE.

RFC 6749 4.1.2 and 4.1.3, RFC 7636 4.6, RFC 9700 2.1.1. The database decides who is first; this module judges
what that means.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from eid.clients import Client
from eid.grants.grant import Grant
from eid.oidc import pkce

LIFETIME: Final = timedelta(seconds=60)


class Outcome(Enum):
    """What presenting a code came to."""

    REDEEMED = "redeemed"
    REUSED = "reused"  # RFC 6749 4.1.2: everything that the code gave is revoked
    REFUSED = "refused"


def make() -> str:
    """A fresh code."""
    return secrets.token_urlsafe(32)


def digest(code: str) -> bytes:
    """What is stored of a code: SHA-256; a dump of the table redeems nothing."""
    return hashlib.sha256(code.encode()).digest()


def judge(
    grant: Grant,
    *,
    first: bool,
    client: Client,
    redirect_uri: str | None,
    verifier: str | None,
    jkt: str | None,
    now: datetime,
) -> Outcome:
    """Judge a presented code. `first` says whether this presentation was the one that marked the code as used.

    `jkt` is the DPoP key that the caller proved (RFC 9449 10). A code that its own client presents wrongly is used
    up: whoever holds it without the verifier stole it. Another client's presentation changes nothing (it must not be
    able to burn the code).
    """
    # guard: eid-code-bound-to-client
    if grant.client_id != client.client_id:
        return Outcome.REFUSED
    # guard: eid-code-single-use
    if not first:
        return Outcome.REUSED
    # guard: eid-code-expires
    if now >= grant.code_expires_at:
        return Outcome.REFUSED
    # guard: eid-code-bound-to-redirect-uri
    if redirect_uri != grant.redirect_uri and (redirect_uri is not None or client.demands.redirect_uri_at_token):
        return Outcome.REFUSED
    # guard: eid-pkce-verified
    if grant.code_challenge and not pkce.matches(verifier or "", grant.code_challenge):
        return Outcome.REFUSED
    # guard: eid-pkce-downgrade
    if not grant.code_challenge and verifier is not None:
        return Outcome.REFUSED
    # guard: eid-code-bound-to-dpop-key
    if grant.dpop_jkt is not None and grant.dpop_jkt != jkt:
        return Outcome.REFUSED
    return Outcome.REDEEMED
