"""The words of roles and of refusals to officials."""

from __future__ import annotations

from portal.accounts.duty.rules import Refusal, Role
from portal.i18n import lazy

ROLES = {
    Role.AGENCY_ADMIN: lazy("Agency administrator"),
    Role.RECEPTION_OFFICER: lazy("Reception officer"),
    Role.PROCESSING_OFFICER: lazy("Processing officer"),
    Role.APPROVER: lazy("Approver"),
    Role.POLICY_PROPOSER: lazy("Proposes the date"),
    Role.POLICY_APPROVER: lazy("Approves the date"),
    Role.DESK_OFFICER: lazy("Officer of the claim desk"),
    Role.DESK_REVIEWER: lazy("Reviews the claim desk"),
}

REFUSALS = {
    Refusal.NOT_SIGNED_IN: (lazy("Please sign in"), lazy("Sign in with VNeID at level 2.")),
    Refusal.NEEDS_EID_LEVEL_2: (
        lazy("This work needs VNeID at level 2"),
        lazy("Officials work signed in directly with a level 2 account. Other services work with level 1."),
    ),
    Refusal.NO_DUTY: (
        lazy("You have no duty role here"),
        lazy(
            "A role is proposed by one administrator of the agency and approved by another. "
            "Linking accounts never gives one."
        ),
    ),
    Refusal.NOT_APPROVED: (
        lazy("This role is not approved yet"),
        lazy("It counts as soon as a second administrator has approved it."),
    ),
    Refusal.NOT_YET: (lazy("This role has not begun yet"), lazy("It counts from its first day on.")),
    Refusal.ENDED: (lazy("This role has ended"), lazy("Roles end the same day. Ask the administrator of your agency.")),
    Refusal.OTHER_ROLE: (
        lazy("This page belongs to another role"),
        lazy("Choose another of your roles, if you have one."),
    ),
    Refusal.OTHER_AGENCY: (
        lazy("This belongs to another agency"),
        lazy("Administrators work in their own agency only."),
    ),
    Refusal.SAME_PERSON: (
        lazy("Another person must do this"),
        lazy("Nobody proposes and approves the same role, or gives a role to himself."),
    ),
    Refusal.ALREADY_THERE: (
        lazy("This person has this role already, or it is proposed"),
        lazy("One role in one office is given once for the same days. Look in the duty table, end it there first."),
    ),
    Refusal.OWN_CASE: (
        lazy("This is your own case"),
        lazy("Nobody handles his own case. A colleague of the office takes it over."),
    ),
    Refusal.SAME_HOUSEHOLD: (
        lazy("This case concerns your household"),
        lazy("Nobody handles a case of his household. A colleague of the office takes it over."),
    ),
    Refusal.HOUSEHOLD_UNKNOWN: (
        lazy("It cannot be checked right now whether you may handle this case"),
        lazy("The population database does not answer. This is neither a yes nor a no; try again in a few minutes."),
    ),
}


def role_name(role: str) -> str:
    """The word of a role."""
    return str(ROLES[Role(role)])


def refusal_words(refusal: Refusal) -> tuple[str, str]:
    """What happened and what to do next."""
    title, text = REFUSALS[refusal]
    return str(title), str(text)
