"""The error catalogue (facts.md 3.5): one place for every "no" that a citizen may meet.

Each entry has a stable code, what happened (title and text) and the ways on. Texts are English msgids; the person reads
Vietnamese or English. Nothing here tells what the register or another account holds.
"""

from __future__ import annotations

from portal.accounts.citizen_error import (
    AGAIN,
    TO_ACCOUNT,
    TO_DESK,
    TO_EID,
    TO_HOTLINE,
    TO_IDENTITY,
    TO_NOTICE,
    TO_POLICE,
    TO_RECOVER,
    TO_SIGN_IN,
    CitizenError,
    Way,
)
from portal.accounts.errors_register import REGISTER_ERRORS
from portal.i18n import lazy

_ALL = (
    CitizenError(
        "ID_TAKEN",
        lazy("No new account can be made with this number"),
        lazy(
            "An account with this number cannot be registered here. If you already have an account, sign in or set a "
            "new password; with VNeID you need no portal account; if both accounts are yours, claim them."
        ),
        (TO_SIGN_IN, TO_RECOVER, TO_EID, TO_DESK),
        409,
    ),
    CitizenError(
        "SIM_MISMATCH",
        lazy("The telephone number could not be used"),
        lazy("The subscriber's data may differ from yours. Text TTTB to 1414 to see whose name the number is in."),
        (TO_HOTLINE, TO_EID),
    ),
    CitizenError(
        "SIGN_IN_WRONG",
        lazy("You are not signed in"),
        lazy(
            "The number or the password is not right. Check and enter them again. If several accounts share a "
            "telephone number, sign in with the ID number."
        ),
        (TO_RECOVER, TO_EID),
    ),
    CitizenError(
        "SIGN_IN_MANY",
        lazy("Too many tries"),
        lazy("To protect the account, sign-in pauses for 15 minutes. You can set a new password or use VNeID."),
        (TO_RECOVER, TO_EID),
        429,
    ),
    CitizenError(
        "OTP_WRONG",
        lazy("That code is not right"),
        lazy("Check the newest message and enter its 6 digits."),
    ),
    CitizenError(
        "OTP_EXPIRED",
        lazy("The code has expired"),
        lazy("The code has expired. Choose “Send again” for a new one."),
    ),
    CitizenError(
        "OTP_TRIES_OVER",
        lazy("The code was entered wrongly five times"),
        lazy("This code has ended. Choose “Send again” for a new one."),
    ),
    CitizenError(
        "OTP_RESEND_LIMIT",
        lazy("A new code cannot be sent yet"),
        lazy("You can ask for a new code in 60 seconds."),
    ),
    CitizenError(
        "VNEID_L1_ONLY",
        lazy("This needs a level 2 account"),
        lazy("This needs a level 2 account. Other services still work with level 1."),
        (Way(lazy("Take your identity card to the commune police to get level 2")), TO_ACCOUNT),
        403,
    ),
    CitizenError(
        "VNEID_NOT_ACTIVATED",
        lazy("The VNeID account is not activated yet"),
        lazy("Activate it in the app within 7 days of the notice; later call the hotline."),
        (TO_HOTLINE,),
        403,
    ),
    CitizenError(
        "VNEID_LOCKED",
        lazy("The VNeID account is locked"),
        lazy("It may be locked on request or because the card has expired. The commune police can tell and unlock it."),
        (TO_POLICE, TO_HOTLINE),
        403,
    ),
    CitizenError(
        "VNEID_OLD_DEVICE",
        lazy("The code went to your old telephone"),
        lazy("Sign in to VNeID on the new telephone with your chip card, or visit the police."),
        (TO_POLICE, TO_EID),
    ),
    CitizenError(
        "VNEID_WEB_LOGIN_OFF",
        lazy("Signing in on websites is switched off"),
        lazy("Switch it on in the settings of the VNeID app, then try again."),
        (TO_EID,),
    ),
    CitizenError(
        "VNEID_DENIED",
        lazy("You chose not to share"),
        lazy("VNeID gave us nothing, and nothing has changed here. What you typed is kept."),
        (TO_EID,),
    ),
    CitizenError(
        "VNEID_UNAVAILABLE",
        lazy("VNeID cannot be reached right now"),
        lazy("It is not your fault, and nothing has changed in your account. Please try again in a few minutes."),
        (AGAIN, TO_SIGN_IN),
        503,
    ),
    CitizenError(
        "VNEID_REFUSED",
        lazy("The VNeID sign-in could not be accepted"),
        lazy("The answer of VNeID did not pass our checks. Nothing has changed. Please start again."),
        (TO_EID, TO_HOTLINE),
        400,
    ),
    CitizenError(
        "CALLBACK_STATE",
        lazy("This sign-in cannot be continued"),
        lazy("It was not started in this browser, or for something else. Nothing has changed."),
        (TO_EID, TO_SIGN_IN),
        400,
    ),
    CitizenError(
        "CODE_EXPIRED",
        lazy("This sign-in has expired"),
        lazy("More than 10 minutes have passed, or the code of VNeID was no longer good. Nothing has changed."),
        (TO_EID, TO_SIGN_IN),
        400,
    ),
    CitizenError(
        "REPLAY",
        lazy("This sign-in was already used"),
        lazy("The page was opened a second time. Nothing has changed; if you are signed in, simply go on."),
        (TO_ACCOUNT, TO_EID),
        400,
    ),
    CitizenError(
        "CUTOFF_PASSED",
        lazy("Portal accounts no longer sign in"),
        lazy("Portal accounts have stopped working by law. Your dossiers and documents are kept as they are."),
        (TO_EID, TO_DESK),
        403,
    ),
    CitizenError(
        "POLICY_STALE",
        lazy("Portal accounts cannot sign in right now"),
        lazy("We cannot confirm the current rules right now. Please try again in a few minutes, or use VNeID."),
        (TO_EID, AGAIN),
        503,
    ),
    CitizenError(
        "POLICY_UNKNOWN_KIND",
        lazy("Portal accounts of this kind cannot sign in"),
        lazy("No rule is in force for accounts of this kind. Please call the help line."),
        (TO_HOTLINE,),
        403,
    ),
    CitizenError(
        "CONFLICT",
        lazy("The claim desk has to decide"),
        lazy(
            "What was entered differs from what this account said when it was registered. To protect you, only the "
            "claim desk can go on. Nothing is lost."
        ),
        (TO_DESK, TO_ACCOUNT),
        409,
    ),
    CitizenError(
        "RESET_WAIT",
        lazy("Please wait 72 hours"),
        lazy(
            "The password or a contact of this account was reset less than 72 hours ago. Until then it can be neither "
            "matched nor linked; this protects you when somebody else has your telephone number."
        ),
        (TO_ACCOUNT, TO_HOTLINE),
        403,
    ),
    CitizenError(
        "LINK_ORGANISATION",
        lazy("Accounts of organisations are linked later"),
        lazy("Organisations keep signing in with their portal account until their own date."),
        (TO_ACCOUNT,),
        403,
    ),
    CitizenError(
        "ACCOUNT_FROZEN",
        lazy("This account is frozen"),
        lazy("It was frozen from one of its old contacts. It can be read; the claim desk decides next."),
        (TO_DESK,),
        403,
    ),
    CitizenError(
        "ALREADY_LINKED",
        lazy("This account is already linked"),
        lazy("There is nothing more to do."),
        (TO_IDENTITY,),
    ),
    CitizenError(
        "LINK_NOT_MATCHED",
        lazy("The account has to be matched first"),
        lazy("Enter your 12-digit personal number under Identity information; then it can be linked."),
        (TO_IDENTITY,),
        409,
    ),
    CitizenError(
        "LINK_OLD_LOGIN_MISSING",
        lazy("Sign in with the old account first"),
        lazy("A link needs the old account's password and SMS code in this browser, and then VNeID."),
        (TO_SIGN_IN,),
        403,
    ),
    CitizenError(
        "LINK_OLD_LOGIN_STALE",
        lazy("Too much time has passed"),
        lazy("The sign-in with the old account is older than 10 minutes. Please sign in again and continue."),
        (TO_SIGN_IN,),
        403,
    ),
    CitizenError(
        "LINK_EID_LOGIN_STALE",
        lazy("VNeID has to be signed in anew"),
        lazy("The VNeID sign-in is older than this request. Nothing was linked."),
        (TO_NOTICE,),
        403,
    ),
    CitizenError(
        "LINK_OTHER_PERSON",
        lazy("Another person is signed in to VNeID"),
        lazy("The VNeID that signed in is another person than the open account. Nothing was linked."),
        (TO_NOTICE, TO_HOTLINE),
        403,
    ),
    CitizenError(
        "LINK_THIRD_TIME",
        lazy("The claim desk has to decide"),
        lazy("This account was linked twice within 90 days. A further link is made by the claim desk only."),
        (TO_DESK,),
        403,
    ),
    CitizenError(
        "LATE_LINK_TOO_EARLY",
        lazy("Please sign in with the old account"),
        lazy("Until the date an old account is linked from its own sign-in."),
        (TO_SIGN_IN,),
        403,
    ),
    CitizenError(
        "LINK_NOT_CONFIRMED",
        lazy("Nothing was linked"),
        lazy("You have not said that this account is yours."),
        (TO_ACCOUNT, TO_HOTLINE),
    ),
    CitizenError(
        "UNDO_NOT_LINKED",
        lazy("There is no link to undo"),
        lazy("It was undone before, or never made."),
        (TO_IDENTITY,),
        409,
    ),
    CitizenError(
        "UNDO_NOT_YOURS",
        lazy("There is no link to undo"),
        lazy("It was undone before, or never made."),
        (TO_IDENTITY,),
        404,
    ),
    CitizenError(
        "UNDO_TOO_LATE",
        lazy("The 30 days have passed"),
        lazy("After 30 days only the claim desk can undo a link, with a reason."),
        (TO_DESK,),
        403,
    ),
    CitizenError(
        "UNDO_SIGN_IN_AGAIN",
        lazy("Sign in with VNeID again"),
        lazy("Undoing a link needs a fresh VNeID sign-in."),
        (TO_IDENTITY,),
        403,
    ),
    CitizenError(
        "UNDO_CHANGED",
        lazy("The claim desk has to undo this link"),
        lazy("What the link moved is no longer exactly as it was. Nothing was changed; the desk will put it in order."),
        (TO_DESK,),
        409,
    ),
    CitizenError(
        "UNDO_NEEDS_TWO",
        lazy("Two officers have to decide this"),
        lazy("The claim desk undoes a link only when two officers agree, and with a reason. Nothing was changed."),
        (TO_DESK,),
        409,
    ),
    CitizenError(
        "FREEZE_REFUSED",
        lazy("This link cannot be used"),
        lazy("It was already used, or is older than 30 days."),
        (TO_DESK, TO_HOTLINE),
        410,
    ),
    CitizenError(
        "FORM_REFUSED",
        lazy("The form could not be accepted"),
        lazy("It did not come from a page that this browser opened here, or the page is too old. Open it again."),
        (TO_SIGN_IN,),
        403,
    ),
)

ERRORS = {error.code: error for error in (*REGISTER_ERRORS, *_ALL)}


def error(code: str) -> CitizenError:
    """The entry of a code; a code that nobody wrote down is a fault of ours, not of the citizen."""
    return ERRORS[str(code)]
