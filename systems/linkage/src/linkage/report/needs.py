"""What each class is called, what it needs, and what it costs a help desk. The shares and minutes are assumptions.

They are stated on the page. Denmark's move needed help for up to 15 % of the population (Horsens); the note of an
agency's own pilot replaces these numbers when there is one.
"""

from __future__ import annotations

from dataclasses import dataclass

from design.i18n import LazyText, catalogue
from linkage.decisions import AccountClass

_ = catalogue("linkage").lazy
C = AccountClass


@dataclass(frozen=True, slots=True)
class Need:
    """One class: its name, what has to happen, who acts; which share comes to a desk, for how many minutes.

    `group` is known (nothing is missing but the owner's own act), invite, desk, agency or none.
    """

    account_class: AccountClass
    name: LazyText
    need: LazyText
    group: str
    desk_share: float
    desk_minutes: int


NEEDS: tuple[Need, ...] = (
    Need(C.EXACT, _("Everything agrees"), _("Sign in with VNeID once: the portal does the rest."), "known", 0.02, 8),
    Need(
        C.NEAR,
        _("Accents, order or a date known in part"),
        _("Confirm name or date at the portal, then sign in with VNeID."),
        "known",
        0.06,
        8,
    ),
    Need(
        C.NINE_RESOLVABLE,
        _("9-digit number, one person agrees"),
        _("Enter the 12-digit number at the portal; the old one is kept for reference."),
        "known",
        0.1,
        10,
    ),
    Need(
        C.SEVERAL_ACCOUNTS,
        _("Several accounts of one person"),
        _("Link each of them; they will be shown as one."),
        "known",
        0.08,
        12,
    ),
    Need(
        C.PROBABLE,
        _("One person is probable"),
        _("Invite the person; the number on the card and the e-ID must prove it. Nothing is linked by the score."),
        "invite",
        0.15,
        12,
    ),
    Need(
        C.NINE_UNRESOLVABLE,
        _("9-digit number, nobody agrees"),
        _("Invite the person to bring the card; the old number alone decides nothing."),
        "invite",
        0.3,
        15,
    ),
    Need(
        C.SEVERAL_PEOPLE,
        _("Several people fit"),
        _("Ask at the desk; nobody may guess between them."),
        "desk",
        0.6,
        20,
    ),
    Need(
        C.NUMBER_TAKEN,
        _("The number is another person's"),
        _("The claim desk compares papers; the owner of the number is told."),
        "desk",
        0.6,
        20,
    ),
    Need(
        C.NO_MATCH, _("Nobody found"), _("Correct the record with the commune police, or claim later."), "desk", 0.4, 15
    ),
    Need(
        C.INSUFFICIENT,
        _("Too little is known"),
        _("Ask the owner to complete the account at the next sign-in."),
        "invite",
        0.25,
        10,
    ),
    Need(
        C.MINOR,
        _("Children under 14"),
        _("A parent or guardian with an e-ID of level 2 acts for the child."),
        "invite",
        0.3,
        15,
    ),
    Need(
        C.DEAD,
        _("The owner has died"),
        _("Seal the account; heirs go to the desk, nobody signs in."),
        "agency",
        0.05,
        30,
    ),
    Need(
        C.FOREIGNER,
        _("Foreigners"),
        _("Kept open under the rules for foreigners; their own date applies."),
        "agency",
        0.1,
        15,
    ),
    Need(
        C.ORGANISATION,
        _("Organisations, representative current"),
        _("The representative links the organisation before its own date, 1 July 2025."),
        "agency",
        0.05,
        15,
    ),
    Need(
        C.ORGANISATION_STALE,
        _("Organisations, representative not current"),
        _("The organisation names its representative of today first."),
        "agency",
        0.3,
        20,
    ),
    Need(
        C.OFFICIAL,
        _("Officials"),
        _("Person by e-ID, duty account by the agency; roles never move."),
        "agency",
        0.05,
        10,
    ),
    Need(
        C.NEVER_SIGNED_IN,
        _("Nobody ever signed in"),
        _("Archive after the date; restore on request."),
        "none",
        0.01,
        10,
    ),
)
BY_CLASS = {need.account_class: need for need in NEEDS}
GROUPS: dict[str, LazyText] = {
    "known": _("Known without a guess"),
    "invite": _("To be invited"),
    "desk": _("For the claim desk"),
    "agency": _("By the agency's own rules"),
    "none": _("Nothing to do before the date"),
}
# One officer, one day: 8 hours of which 6 at the counter.
COUNTER_MINUTES_A_DAY = 360
# What the estimate may be wrong by: half, and half as much again.
LOW, HIGH = 0.5, 1.5
