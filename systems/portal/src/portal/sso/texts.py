"""What a person reads when single sign-on says no (one code, what happened, the ways on)."""

from __future__ import annotations

from portal.accounts.citizen_error import TO_EID, TO_HOTLINE, CitizenError, Way
from portal.accounts.errors import ERRORS
from portal.i18n import lazy

TO_SSO = Way(lazy("Sign in with the National Portal account"), "/sso/bat-dau")

_ALL = (
    CitizenError(
        "SSO_UNAVAILABLE",
        lazy("The National Portal cannot be reached right now"),
        lazy(
            "It is not your fault and not a refusal: your account, dossiers and documents are as they were. Please try "
            "again in a few minutes, or sign in with VNeID, which works meanwhile."
        ),
        (TO_EID, TO_SSO),
        503,
    ),
    CitizenError(
        "LOGIN_ENDED",
        lazy("Your sign-in at the National Portal has ended"),
        lazy("So this session has ended too. What you saved is kept. Please sign in again."),
        (TO_EID, TO_SSO),
        200,
    ),
    CitizenError(
        "SSO_DENIED",
        lazy("The National Portal does not sign you in here"),
        lazy("The account is frozen or may not be used here now. Your dossiers and documents are kept as they are."),
        (TO_EID, TO_HOTLINE),
        403,
    ),
    CitizenError(
        "SSO_FROZEN",
        lazy("The account of the National Portal is frozen"),
        lazy("It was frozen from one of its old contacts. Nobody can enter by it until the claim desk has decided."),
        (TO_EID, TO_HOTLINE),
        403,
    ),
    CitizenError(
        "SSO_REFUSED",
        lazy("The sign-in could not be accepted"),
        lazy("The answer of the National Portal did not pass our checks. Nothing has changed. Please start again."),
        (TO_SSO, TO_EID),
        400,
    ),
)
TEXTS = {error.code: error for error in _ALL}
REFUSED = "SSO_REFUSED"


def text(code: str) -> CitizenError:
    """The text of a code: our own, the portal's catalogue, else the plain refusal (SSO_ASSERTION, SSO_ISSUER …)."""
    return TEXTS.get(code) or ERRORS.get(code) or TEXTS[REFUSED]
