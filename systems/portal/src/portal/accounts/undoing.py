"""The rules of undoing, freezing and unfreezing, for every kind of link: made here, made late, given by the desk. Pure.

Architecture section 4, "Undo". The owner has 30 days and needs a fresh e-ID sign-in; two officers need a reason. Old
credentials and contact points can only freeze, once; only two officers take a freeze back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from portal.accounts import conditions

UNDO_FOR = timedelta(days=30)
FREEZE_FOR = timedelta(days=30)
MINUTES_OF_A_SIGN_IN = timedelta(minutes=20)
"""A sign-in lasts at most 10 minutes, and its page is answered within 10 more."""
SKEW = timedelta(seconds=60)
HELD = ("linked", "claimed")


class UndoCode(StrEnum):
    """Why an undo is refused, or UNDONE. Stable codes of the error catalogue."""

    UNDONE = "UNDONE"
    NOT_LINKED = "UNDO_NOT_LINKED"
    NOT_YOURS = "UNDO_NOT_YOURS"
    TOO_LATE = "UNDO_TOO_LATE"
    SIGN_IN_AGAIN = "UNDO_SIGN_IN_AGAIN"
    LEVEL_TOO_LOW = "VNEID_L1_ONLY"
    FROZEN = "ACCOUNT_FROZEN"
    NEEDS_TWO = "UNDO_NEEDS_TWO"
    CHANGED = "UNDO_CHANGED"


@dataclass(frozen=True, slots=True)
class UndoFacts:
    """Everything an undo depends on, gathered under the lock of the link.

    `by`: the owner, or the desk. `eid_login_lead`: auth_time minus start of the sign-in, `started`: how long ago that
    start was; None at the desk. `for_this_link`: the sign-in was started for the undo of this link and nothing else.
    `officers`: how many different persons decided. `whole`: what the link moved is as its snapshot says.
    """

    by: Literal["owner", "desk"]
    live: bool
    state: str
    own: bool
    since_link: timedelta
    for_this_link: bool
    eid_login_lead: timedelta | None
    started: timedelta | None
    level: int
    link_level: int
    officers: int
    reason: bool
    whole: bool


def _stale(f: UndoFacts) -> bool:
    if not f.for_this_link or f.eid_login_lead is None or f.started is None:
        return True
    return f.eid_login_lead < -SKEW or not -SKEW <= f.started <= MINUTES_OF_A_SIGN_IN


UNDO: tuple[conditions.Condition[UndoFacts, UndoCode], ...] = (
    conditions.Condition(
        UndoCode.NOT_LINKED,
        "the link is live",
        lambda f: not f.live or f.state not in (*HELD, "frozen"),
    ),
    conditions.Condition(
        UndoCode.NOT_YOURS,
        "by the owner: the e-ID opens the profile that the link belongs to",
        # guard: undo-only-by-the-owner
        lambda f: f.by == "owner" and not f.own,
    ),
    conditions.Condition(
        UndoCode.FROZEN,
        "by the owner: the account is not frozen",
        # guard: undo-never-of-a-frozen-account
        lambda f: f.by == "owner" and f.state == "frozen",
    ),
    conditions.Condition(
        UndoCode.TOO_LATE,
        "by the owner: at most 30 days have passed since the link",
        # guard: undo-for-thirty-days
        lambda f: f.by == "owner" and not timedelta(0) <= f.since_link <= UNDO_FOR,
    ),
    conditions.Condition(
        UndoCode.SIGN_IN_AGAIN,
        "by the owner: the e-ID was signed in anew, for the undo of this link and nothing else",
        # guard: undo-needs-a-fresh-eid-login
        lambda f: f.by == "owner" and _stale(f),
    ),
    conditions.Condition(
        UndoCode.LEVEL_TOO_LOW,
        "by the owner: at least the level of the link",
        # guard: undo-needs-the-level-of-the-link
        lambda f: f.by == "owner" and (f.level < f.link_level or f.level < 1),
    ),
    conditions.Condition(
        UndoCode.NEEDS_TWO,
        "by the desk: two different officers decided, with a reason",
        # guard: desk-undo-needs-two
        lambda f: f.by != "owner" and (f.officers < 2 or not f.reason),
    ),
    conditions.Condition(
        UndoCode.CHANGED,
        "what the link moved is still there, equal by hash to the snapshot",
        # guard: undo-returns-exactly
        lambda f: not f.whole,
    ),
)


class FreezeCode(StrEnum):
    """Why a freeze, or its end, is refused."""

    FROZEN = "FROZEN"
    REFUSED = "FREEZE_REFUSED"
    UNFROZEN = "UNFROZEN"
    NOT_FROZEN = "NOT_FROZEN"
    NEEDS_TWO = "UNFREEZE_NEEDS_TWO"


@dataclass(frozen=True, slots=True)
class FreezeFacts:
    """What a freeze depends on. `token_age`: since the token was made, None when nobody was ever sent such a token."""

    token_age: timedelta | None
    token_used: bool
    link_live: bool
    state: str


FREEZE: tuple[conditions.Condition[FreezeFacts, FreezeCode], ...] = (
    conditions.Condition(
        FreezeCode.REFUSED,
        "the token was sent to an old contact point with the notice of this link, at most 30 days ago",
        # guard: freeze-needs-a-token-of-thirty-days
        lambda f: f.token_age is None or f.token_age > FREEZE_FOR,
    ),
    conditions.Condition(
        FreezeCode.REFUSED,
        "it was never used",
        # guard: freeze-token-single-use
        lambda f: f.token_used,
    ),
    conditions.Condition(FreezeCode.REFUSED, "the link is live", lambda f: not f.link_live),
    conditions.Condition(FreezeCode.REFUSED, "the account is linked or claimed", lambda f: f.state not in HELD),
)


@dataclass(frozen=True, slots=True)
class UnfreezeFacts:
    """What the end of a freeze depends on."""

    state: str
    officers: int
    reason: bool


UNFREEZE: tuple[conditions.Condition[UnfreezeFacts, FreezeCode], ...] = (
    conditions.Condition(FreezeCode.NOT_FROZEN, "the account is frozen", lambda f: f.state != "frozen"),
    conditions.Condition(
        FreezeCode.NEEDS_TWO,
        "two different officers decided, with a reason",
        # guard: unfreeze-needs-two-officers
        lambda f: f.officers < 2 or not f.reason,
    ),
)


def state_after_undo(*, date_passed: bool) -> str:
    """Before the date the old sign-in may work again (match cleared); after it the account waits for a claim."""
    return "waiting" if date_passed else "open"
