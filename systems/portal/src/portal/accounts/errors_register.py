"""The "no"s of a match: what the register answered, or that it did not (facts.md 3.5)."""

from __future__ import annotations

from portal.accounts.citizen_error import (
    AGAIN,
    TO_ACCOUNT,
    TO_COUNTER,
    TO_DESK,
    TO_HOTLINE,
    TO_IDENTITY,
    TO_POLICE,
    CitizenError,
)
from portal.i18n import lazy

REGISTER_ERRORS = (
    CitizenError(
        "LINK_NO_CCCD",
        lazy("Your account has a 9-digit ID only"),
        lazy("Please enter the 12-digit personal number; the old number is kept for reference."),
        (TO_IDENTITY,),
    ),
    CitizenError(
        "NPD_NAME_MISMATCH",
        lazy("The full name does not match"),
        lazy("The name does not match the population database. Compare spelling and order with your card."),
        (TO_IDENTITY, TO_POLICE, TO_HOTLINE),
    ),
    CitizenError(
        "NPD_NAME_ACCENTS",
        lazy("Only the accents of the name differ"),
        lazy("The number agrees and the name differs only in its accents. Type all accents as on your card."),
        (TO_IDENTITY, TO_POLICE, TO_HOTLINE),
    ),
    CitizenError(
        "NPD_DOB_MISMATCH",
        lazy("The date of birth does not match"),
        lazy("Compare it with your card. If the card shows only the year, enter only the year."),
        (TO_IDENTITY, TO_POLICE, TO_HOTLINE),
    ),
    CitizenError(
        "NPD_SEX_MISMATCH",
        lazy("The sex does not match"),
        lazy("Compare it with your card. If the card is wrong, have the record corrected."),
        (TO_IDENTITY, TO_POLICE, TO_HOTLINE),
    ),
    CitizenError(
        "NPD_NO_MATCH",
        lazy("What you entered does not match"),
        lazy(
            "The population database does not confirm this name, date of birth and number together. To protect "
            "personal data we cannot say more. Compare all three with your card."
        ),
        (TO_IDENTITY, TO_POLICE, TO_HOTLINE),
    ),
    CitizenError(
        "NPD_NOT_FOUND",
        lazy("No record was found"),
        lazy("No record was found in the population database. You can still file at the counter."),
        (TO_POLICE, TO_COUNTER),
    ),
    CitizenError(
        "NPD_INSUFFICIENT",
        lazy("The population database needs more to decide"),
        lazy("Your data is neither confirmed nor refused. Give the full date of birth, or visit the commune police."),
        (TO_IDENTITY, TO_POLICE, TO_COUNTER),
    ),
    CitizenError(
        "NPD_UNAVAILABLE",
        lazy("We cannot compare your data right now"),
        lazy("The population database cannot be reached right now. It does not mean that your data is wrong."),
        (AGAIN, TO_ACCOUNT),
        503,
    ),
    CitizenError(
        "NPD_NO_LONGER_MATCHES",
        lazy("The population database no longer confirms this account"),
        lazy("The record has changed since the account was matched. Nothing was linked."),
        (TO_POLICE, TO_DESK),
    ),
    CitizenError(
        "NPD_RECORD_NOT_LIVE",
        lazy("This account cannot be linked online"),
        lazy("The record in the population database does not allow it. Nothing was linked, and nothing is lost."),
        (TO_DESK, TO_HOTLINE),
    ),
    CitizenError(
        "MATCH_NOT_OPEN",
        lazy("This account needs no matching"),
        lazy("It is already matched or no longer open."),
        (TO_IDENTITY,),
    ),
    CitizenError(
        "MATCH_TRIES_ACCOUNT",
        lazy("No more tries today"),
        lazy("An account can be compared 5 times a day. You can go on tomorrow; what you typed is kept."),
        (TO_IDENTITY, TO_HOTLINE),
        429,
    ),
    CitizenError(
        "MATCH_TRIES_NUMBER",
        lazy("No more tries with this number today"),
        lazy("A number can be compared 3 times a day. You can go on tomorrow; what you typed is kept."),
        (TO_IDENTITY, TO_HOTLINE),
        429,
    ),
)
