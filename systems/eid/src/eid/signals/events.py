"""The events that we tell, each as the spec that names it wants it. None holds a value of the person."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

_CAEP: Final = "https://schemas.openid.net/secevent/caep/event-type/"
_RISC: Final = "https://schemas.openid.net/secevent/risc/event-type/"
_SSF: Final = "https://schemas.openid.net/secevent/ssf/event-type/"
_OURS: Final = "urn:motcua:event:"

SESSION_REVOKED: Final = _CAEP + "session-revoked"
CREDENTIAL_CHANGE: Final = _CAEP + "credential-change"
ASSURANCE_LEVEL_CHANGE: Final = _CAEP + "assurance-level-change"
ACCOUNT_DISABLED: Final = _RISC + "account-disabled"
ACCOUNT_ENABLED: Final = _RISC + "account-enabled"
IDENTIFIER_CHANGED: Final = _RISC + "identifier-changed"
PERSON_DECEASED: Final = _OURS + "person-deceased"
PERSONAL_NUMBER_CHANGED: Final = _OURS + "personal-number-changed"
VERIFICATION: Final = _SSF + "verification"

#: What a receiver may ask for; a verification comes to whoever asks for one.
SUPPORTED: Final = (
    SESSION_REVOKED,
    CREDENTIAL_CHANGE,
    ASSURANCE_LEVEL_CHANGE,
    ACCOUNT_DISABLED,
    ACCOUNT_ENABLED,
    IDENTIFIER_CHANGED,
    PERSON_DECEASED,
    PERSONAL_NUMBER_CHANGED,
)
#: CAEP 3.1 asks for a name of the scheme of levels; ours are the acr values of our ID tokens.
LEVELS: Final = "urn:motcua:acr"

Entity = Literal["admin", "user", "policy", "system"]  # CAEP 2: who set it off
Credential = Literal["password", "phone-sms"]
Change = Literal["create", "revoke", "update", "delete"]


class Signal(msgspec.Struct, frozen=True):
    """One event of one account. `body` is the member of `events`; with `session_id` it is about that session only."""

    type: str
    body: dict[str, Any]
    happened_at: datetime
    session_id: UUID | None = None


def _caep(type_: str, at: datetime, by: Entity, session_id: UUID | None = None, **more: str) -> Signal:
    body = {"event_timestamp": int(at.timestamp()), "initiating_entity": by} | more
    return Signal(type_, body, at, session_id)


def session_revoked(session_id: UUID, at: datetime, by: Entity) -> Signal:
    """CAEP 3.1: one session is over; the receivers that took part in it hear it."""
    return _caep(SESSION_REVOKED, at, by, session_id)


def credential_change(credential: Credential, change: Change, at: datetime, by: Entity) -> Signal:
    """CAEP 3.3: a password or the phone of the codes was set, changed or taken away."""
    return _caep(CREDENTIAL_CHANGE, at, by, credential_type=credential, change_type=change)


def assurance_level_change(previous: str, current: str, at: datetime, by: Entity) -> Signal:
    """CAEP 3.4. `previous` and `current` are acr values; those of the higher level sort higher."""
    direction = "increase" if current > previous else "decrease"
    named = {"namespace": LEVELS, "previous_level": previous, "current_level": current, "change_direction": direction}
    return _caep(ASSURANCE_LEVEL_CHANGE, at, by, None, **named)


def account_disabled(at: datetime) -> Signal:
    """RISC 2.3. Its `reason` knows hijacking and bulk accounts only, so none is given."""
    return Signal(ACCOUNT_DISABLED, {}, at)


def account_enabled(at: datetime) -> Signal:
    """RISC 2.4."""
    return Signal(ACCOUNT_ENABLED, {}, at)


def identifier_changed(at: datetime) -> Signal:
    """RISC 2.5, for a phone or mail address. Neither value stands in it: whoever may know it asks userinfo."""
    return Signal(IDENTIFIER_CHANGED, {}, at)


def person_deceased(at: datetime) -> Signal:
    """The register knows of the person's death (Decree 69/2024 article 15)."""
    return Signal(PERSON_DECEASED, {}, at)


def personal_number_changed(at: datetime) -> Signal:
    """The register gave the person another number; it is told at the next sign-in."""
    return Signal(PERSONAL_NUMBER_CHANGED, {}, at)
