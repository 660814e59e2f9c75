"""Consent: which items a person lets a client have, and when it need not be asked again.

Law 91/2025 (no implied consent: optional items start unticked) and Decree 69/2024 article 33.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from eid.grants.authorization_request import AuthorizationRequest
from eid.oidc import scopes

VERSION: Final = "2024-05"  # of the wording on the page; kept with each consent as proof
LASTS: Final = timedelta(days=365)


class Consent(msgspec.Struct, frozen=True):
    """A yes. `asked` are all items that stood on the page, `granted` those that the person let go."""

    id: UUID
    account_id: UUID
    client_id: str
    asked: tuple[str, ...]
    granted: tuple[str, ...]
    given_at: datetime
    version: str = VERSION


def items_of(request: AuthorizationRequest) -> tuple[str, ...]:
    """Every item that the page has to list for this request."""
    return request.required_items + request.optional_items


def covers(consent: Consent, request: AuthorizationRequest, now: datetime) -> bool:
    """Whether this earlier yes answers the request whole: same items asked, required ones granted, not too old."""
    return (
        consent.version == VERSION
        and now < consent.given_at + LASTS
        and set(items_of(request)) <= set(consent.asked)
        and set(request.required_items) <= set(consent.granted)
    )


def is_needed(request: AuthorizationRequest, remembered: Consent | None, now: datetime) -> bool:
    """Whether the person has to be asked: nothing remembered answers the request whole, or prompt=consent."""
    # guard: eid-details-are-asked-every-time
    if "consent" in request.prompt or request.authorization_details is not None:
        return True
    return remembered is None or not covers(remembered, request, now)


def granted_scope(request: AuthorizationRequest, granted: tuple[str, ...]) -> tuple[str, ...]:
    """The scope of what is given: offline_access only with an explicit yes to it (Core 11)."""
    # guard: eid-offline-access-needs-its-own-yes
    return tuple(scope for scope in request.scope if scope != scopes.OFFLINE_ACCESS or scope in granted)


def granted_for(request: AuthorizationRequest, ticked: frozenset[str]) -> tuple[str, ...]:
    """Items that a yes lets go: the required ones, and of the optional ones only what was ticked."""
    # guard: eid-consent-optional-unticked
    optional = tuple(item for item in request.optional_items if item in ticked)
    return request.required_items + optional
