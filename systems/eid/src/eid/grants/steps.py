"""What happens next on the way from /authorize to the code: one decision, from facts.

OpenID Connect Core 3.1.2.3 to 3.1.2.6. Steps never call each other: each page comes back to /authorize, which
asks here again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Final

import msgspec

from eid import levels, sessions
from eid.grants import consent as consents
from eid.grants.authorization_request import AuthorizationRequest
from eid.grants.consent import Consent
from eid.sessions import Session

REGISTER_FRESH: Final = timedelta(minutes=10)


class Step(Enum):
    """Where the person goes now."""

    LOGIN = "login"
    UNMET = "unmet"
    REGISTER = "register"
    CONSENT = "consent"
    ISSUE = "issue"


class Facts(msgspec.Struct, frozen=True):
    """All that the decision needs. `decided` is the consent given in this very interaction, if any."""

    request: AuthorizationRequest
    asked_at: datetime
    now: datetime
    session: Session | None = None
    level: int = 0
    hinted_other: bool = False  # id_token_hint or login names another person than the session
    remembered: Consent | None = None
    decided: Consent | None = None
    register_checked_at: datetime | None = None


def next_step(facts: Facts) -> Step:
    """The first thing that is still missing, in the order in which a person meets it."""
    request, session = facts.request, facts.session
    if session is None or not sessions.is_live(session, facts.now) or facts.hinted_other:
        return Step.LOGIN
    fresh = sessions.is_fresh(
        session, now=facts.now, asked_at=facts.asked_at, again=request.again, max_age=request.max_age
    )
    if not fresh:
        return Step.LOGIN
    # guard: eid-essential-acr
    if request.acr_essential and levels.choose(facts.level, request.acr_values) is None:
        return Step.UNMET
    # guard: eid-register-check-is-fresh
    if request.verified and not register_is_fresh(facts):
        return Step.REGISTER
    if standing_consent(facts) is None:
        return Step.CONSENT
    return Step.ISSUE


def register_is_fresh(facts: Facts) -> bool:
    """Whether the register vouched for this person recently enough (its own bound, or the client's if shorter)."""
    if facts.register_checked_at is None:
        return False
    bound = REGISTER_FRESH
    if facts.request.verified_max_age is not None:
        # Never shorter than half a minute: the check of this very flow has to count.
        bound = max(min(bound, timedelta(seconds=facts.request.verified_max_age)), timedelta(seconds=30))
    return facts.now - facts.register_checked_at <= bound


def standing_consent(facts: Facts) -> Consent | None:
    """The yes that this answer rests on: given just now, or remembered unless prompt=consent."""
    if facts.decided is not None and consents.covers(facts.decided, facts.request, facts.now):
        return facts.decided
    return None if consents.is_needed(facts.request, facts.remembered, facts.now) else facts.remembered


def acr_for(request: AuthorizationRequest, level: int) -> str:
    """The acr that the ID token states."""
    return levels.choose(level, request.acr_values) or levels.acr_of(level)
