"""The words of messages to people, by template key: (mail subject, text). An SMS is the text alone."""

from __future__ import annotations

from typing import Any

from portal.i18n import _, lazy

NOT_TO_BE_READ_OUT = lazy("Do not tell this code to anyone, not even an official.")

CODE_PURPOSES = {
    "sign_in": lazy("to sign in"),
    "register": lazy("to register an account"),
    "recover": lazy("to set a new password"),
    "contact": lazy("to confirm your telephone number"),
    "claim": lazy("to show that you used an old account"),
}

ABOUT_CLAIMS = {
    "claim_more": (
        lazy("The claim desk needs something more"),
        lazy("%(portal)s: the desk asks you for something more about request %(reference)s. Sign in to read it."),
    ),
    "claim_refused": (
        lazy("Your request at the claim desk was not granted"),
        lazy(
            "%(portal)s: request %(reference)s was not granted at %(at)s. Sign in to read why. You can appeal once "
            "within 30 days."
        ),
    ),
    "claim_granted": (
        lazy("The claim desk decided for you"),
        lazy("%(portal)s: request %(reference)s was granted at %(at)s. It takes effect at %(until)s unless stopped."),
    ),
    "claim_old_side": (
        lazy("Somebody gets back the portal account with this contact"),
        lazy(
            "%(portal)s: the claim desk gives the account with this contact to a person proven by VNeID, from "
            "%(until)s. If that is wrong, stop it before: %(origin)s/nhan-lai-tai-khoan/dung/%(stop_token)s"
        ),
    ),
    "claim_owner": (
        lazy("Somebody else asks for an account that carries your number"),
        lazy(
            "%(portal)s: the claim desk gives an account that carries your number to another person, from %(until)s "
            "(request %(reference)s). Sign in to stop it if that is wrong."
        ),
    ),
    "claim_stopped": (
        lazy("The decision of the claim desk was stopped"),
        lazy("%(portal)s: request %(reference)s was stopped at %(at)s by somebody who was told of it. It is reviewed."),
    ),
    "claim_heir": (
        lazy("The claim desk has papers for you"),
        lazy(
            "%(portal)s: request %(reference)s was granted. The desk gives you on paper what the law gives an heir; "
            "the account itself stays sealed."
        ),
    ),
}

TEXTS = {
    **ABOUT_CLAIMS,
    "password_reset": (
        lazy("The password of your portal account was reset"),
        lazy(
            "%(portal)s: the password of your account was set anew at %(at)s. For 72 hours the account cannot be "
            "matched or linked. If it was not you, call 1800 0000."
        ),
    ),
    "registered": (
        lazy("Your portal account was made"),
        lazy("%(portal)s: an account was made with this telephone number at %(at)s."),
    ),
    "matched": (
        lazy("Your account was matched with the population database"),
        lazy(
            "%(portal)s: your account was matched with the National Population Database at %(at)s. "
            "If it was not you, call 1800 0000."
        ),
    ),
    "linked_old_side": (
        lazy("Your portal account was linked with a VNeID account"),
        lazy(
            "%(portal)s: the account with this contact was linked with a VNeID account at %(at)s; its old password "
            "has ended. If it was not you, freeze the account within 30 days: %(origin)s/dong-bang/%(freeze_token)s"
        ),
    ),
    "linked": (
        lazy("An old account was linked with your VNeID"),
        lazy(
            "%(portal)s: an old account (%(hint)s) was linked with your VNeID at %(at)s. You can undo it for 30 days."
        ),
    ),
    "late_linked": (
        lazy("An old account was linked with your VNeID"),
        lazy(
            "%(portal)s: an old account (%(hint)s) was linked with your VNeID at %(at)s. Its papers can be read now "
            "and used after 72 hours. You can undo it for 30 days."
        ),
    ),
    "claimed": (
        lazy("The claim desk gave you an old account"),
        lazy(
            "%(portal)s: the claim desk gave you the old account (%(hint)s) at %(at)s. Its dossiers and papers are "
            "with your VNeID now. You can undo it for 30 days."
        ),
    ),
    "undone": (
        lazy("A link of your account was undone"),
        lazy("%(portal)s: the link of your old account with VNeID was undone at %(at)s."),
    ),
    "unfrozen": (
        lazy("An old account is no longer frozen"),
        lazy("%(portal)s: the desk ended the freeze of your old account at %(at)s. You can use all of it again."),
    ),
    "frozen": (
        lazy("An old account was frozen"),
        lazy(
            "%(portal)s: the account was frozen at %(at)s from its old contact. It can be read; the desk decides next."
        ),
    ),
}


def code_text(purpose: str, digits: str) -> str:
    """The SMS with a one-time code: the code is its only number of six digits."""
    what = CODE_PURPOSES.get(purpose, "")
    return (
        _("%(digits)s is your code %(what)s, valid for 3 minutes.", digits=digits, what=what) + f" {NOT_TO_BE_READ_OUT}"
    )


def code_subject() -> str:
    """Subject of the same by mail."""
    return _("Your one-time code")


def render(template_key: str, **facts: Any) -> tuple[str, str]:
    """Subject and text in the language of the current request."""
    subject, text = TEXTS[template_key]
    return str(subject), str(text) % facts


def inbox(template_key: str, facts: dict[str, Any]) -> tuple[str, str]:
    """The same as shown in the person's inbox on the portal."""
    return render(template_key, **facts)
