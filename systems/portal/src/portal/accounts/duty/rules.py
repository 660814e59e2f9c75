"""Who may act for the state, as pure rules: no Django, no clock.

Serves Decree 118/2025 (one-stop desks), Decree 310/2026 (officials sign in with an e-identity) and
`architecture.md` 4: a role comes only from the duty table, two administrators are needed, a role ends the same day,
and nobody acts in his own case or one of his household.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

EID_LEVEL_2 = "urn:motcua:acr:eid2"


class Role(StrEnum):
    """What a duty account may do. The words are those of the glossary (`docs/glossary.md`)."""

    AGENCY_ADMIN = "agency_admin"
    RECEPTION_OFFICER = "reception_officer"
    PROCESSING_OFFICER = "processing_officer"
    APPROVER = "approver"
    POLICY_PROPOSER = "policy_proposer"
    POLICY_APPROVER = "policy_approver"
    DESK_OFFICER = "desk_officer"
    DESK_REVIEWER = "desk_reviewer"


class Refusal(StrEnum):
    """Why an official may not act; each has its own text and next step on the page."""

    NOT_SIGNED_IN = "NOT_SIGNED_IN"
    NEEDS_EID_LEVEL_2 = "NEEDS_EID_LEVEL_2"
    NO_DUTY = "NO_DUTY"
    NOT_APPROVED = "NOT_APPROVED"
    NOT_YET = "NOT_YET"
    ENDED = "ENDED"
    OTHER_ROLE = "OTHER_ROLE"
    OTHER_AGENCY = "OTHER_AGENCY"
    SAME_PERSON = "SAME_PERSON"
    ALREADY_THERE = "ALREADY_THERE"
    OWN_CASE = "OWN_CASE"
    SAME_HOUSEHOLD = "SAME_HOUSEHOLD"
    HOUSEHOLD_UNKNOWN = "HOUSEHOLD_UNKNOWN"


@dataclass(frozen=True)
class Duty:
    """One row of the duty table as facts. `person` is the blind index of the personal number, never the number."""

    person: bytes
    agency: str
    office: str
    role: str
    valid_from: date
    valid_to: date | None
    proposed_by: bytes | None
    approved_by: bytes | None
    ended_on: date | None


@dataclass(frozen=True)
class SignIn:
    """The login that stands behind a request: how it was made, its `acr`, and whose it is."""

    how: str
    acr: str | None
    person: bytes | None


def in_force(duty: Duty, today: date) -> Refusal | None:
    """Whether the duty counts on `today` (the country's date). An end counts from the very day it was written."""
    if duty.approved_by is None:
        return Refusal.NOT_APPROVED
    if duty.ended_on is not None:
        return Refusal.ENDED
    if today < duty.valid_from:
        return Refusal.NOT_YET
    if duty.valid_to is not None and today > duty.valid_to:
        return Refusal.ENDED
    return None


def may_work(sign_in: SignIn | None, duty: Duty | None, role: str, today: date) -> Refusal | None:
    """Whether this sign-in may act in `role` under `duty`; None means yes, else the first reason why not."""
    if sign_in is None:
        return Refusal.NOT_SIGNED_IN
    if sign_in.how != "eid" or sign_in.acr != EID_LEVEL_2 or sign_in.person is None:
        return Refusal.NEEDS_EID_LEVEL_2
    if duty is None or duty.person != sign_in.person:
        return Refusal.NO_DUTY
    stale = in_force(duty, today)
    if stale is not None:
        return stale
    return None if duty.role == role else Refusal.OTHER_ROLE


def may_propose(admin: Duty, *, person: bytes, agency: str) -> Refusal | None:
    """An administrator proposes roles in the own agency, and none for himself."""
    if admin.role != Role.AGENCY_ADMIN:
        return Refusal.OTHER_ROLE
    if admin.agency != agency:
        return Refusal.OTHER_AGENCY
    return Refusal.SAME_PERSON if admin.person == person else None


def overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Do two periods (first day, last day or None for open) share a day?"""
    return (other[1] is None or one[0] <= other[1]) and (one[1] is None or other[0] <= one[1])


def may_approve(admin: Duty, proposed: Duty) -> Refusal | None:
    """A second administrator approves: neither the one who proposed nor the one who gets the role."""
    if admin.role != Role.AGENCY_ADMIN:
        return Refusal.OTHER_ROLE
    if admin.agency != proposed.agency:
        return Refusal.OTHER_AGENCY
    if admin.person in (proposed.proposed_by, proposed.person):
        return Refusal.SAME_PERSON
    return None


def may_handle(*, official: bytes, subject: bytes | None, same_household: bool | None) -> Refusal | None:
    """Whether an official may handle, approve, claim or look up the case of `subject`.

    `same_household` is the register's answer; None means that it could not be asked, which never reads as "no".
    """
    if subject is None:
        return None
    if official == subject:
        return Refusal.OWN_CASE
    if same_household is None:
        return Refusal.HOUSEHOLD_UNKNOWN
    return Refusal.SAME_HOUSEHOLD if same_household else None
