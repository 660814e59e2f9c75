"""Whether an account may be used, and if not why: told only to who has proved its password (facts 3.5).

Decree 69/2024 article 15 (lock grounds), article 14 (activation).
"""

from __future__ import annotations

from typing import Final

import msgspec

LOCK_REASONS: Final = (
    "own_request",
    "card_expired",
    "card_revoked",
    "terms_breached",
    "phone_changed_owner",
    "competent_body",
    "register_doubt",
)
CODES: Final = {"locked": "VNEID_LOCKED", "not_activated": "VNEID_NOT_ACTIVATED", "dead": "VNEID_DEAD"}


class Refusal(msgspec.Struct, frozen=True):
    """Why an account may not sign in: a stable code of facts 3.5, and the lock reason if there is one."""

    code: str
    lock_reason: str | None = None


def refusal_of(state: str, lock_reason: str | None) -> Refusal | None:
    """None when the account may be used. A state that we do not know refuses."""
    # guard: eid-account-must-be-active
    if state == "active":
        return None
    return Refusal(CODES.get(state, "VNEID_LOCKED"), lock_reason)
