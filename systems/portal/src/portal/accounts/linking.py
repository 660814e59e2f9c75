"""The rule of the link: one list of conditions, every one necessary. Pure: facts in, decision out.

Architecture section 4, "A link is made only when all of this is true"; facts.md section 11 rule 3. `decide` walks
the list in order and names the first condition that fails; there is no weaker link. `docs/linking-rules.md` is made
from this list (`portal linking-rules`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from portal.accounts import conditions
from portal.accounts.conditions import Condition

OLD_LOGIN_FRESH = timedelta(minutes=10)
REGISTER_FRESH = timedelta(minutes=10)
SIGN_IN_LASTS = timedelta(minutes=10)
CLOCK_SKEW = timedelta(seconds=60)
QUIET_AFTER_RESET = timedelta(hours=72)
LINKS_BEFORE_DESK = 2
LINKS_WINDOW = timedelta(days=90)
LATE_LINK_QUIET = timedelta(hours=72)


class LinkCode(StrEnum):
    """Why a link is refused, or LINKED. Stable codes of the error catalogue."""

    LINKED = "LINKED"
    NOT_FOR_ORGANISATIONS = "LINK_ORGANISATION"
    FROZEN = "ACCOUNT_FROZEN"
    CONFLICT = "CONFLICT"
    ALREADY_LINKED = "ALREADY_LINKED"
    NOT_MATCHED = "LINK_NOT_MATCHED"
    OLD_LOGIN_MISSING = "LINK_OLD_LOGIN_MISSING"
    OLD_LOGIN_STALE = "LINK_OLD_LOGIN_STALE"
    WRONG_INTENT = "CALLBACK_STATE"
    EID_LOGIN_STALE = "LINK_EID_LOGIN_STALE"
    LEVEL_TOO_LOW = "VNEID_L1_ONLY"
    OTHER_PERSON = "LINK_OTHER_PERSON"
    POLICY = "CUTOFF_PASSED"
    NOT_YET_LATE = "LATE_LINK_TOO_EARLY"
    POLICY_UNAVAILABLE = "POLICY_STALE"
    RESET_WAIT = "RESET_WAIT"
    DESK = "LINK_THIRD_TIME"
    REGISTER_UNAVAILABLE = "NPD_UNAVAILABLE"
    REGISTER_NO_MATCH = "NPD_NO_LONGER_MATCHES"
    RECORD_NOT_LIVE = "NPD_RECORD_NOT_LIVE"
    NOT_CONFIRMED = "LINK_NOT_CONFIRMED"


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """Everything a link depends on, gathered inside the transaction that would write it.

    `way`: "link" before the date (old login and e-ID in one flow) or "late" after it (e-ID alone, level 2).
    Ages are relative to the start of the e-ID sign-in (`old_login_age`), to that start (`eid_login_lead`: auth_time
    minus start), or to now (`register_age`, `since_reset`). None: there is none.
    """

    way: Literal["link", "late"]
    kind: str
    state: str
    intent: str
    started_here: bool
    old_login_age: timedelta | None
    old_login_with_code: bool
    eid_login_lead: timedelta
    acr_met: bool
    eid_level: int
    same_number: bool
    policy_allowed: bool
    policy_code: str
    since_reset: timedelta | None
    earlier_links_in_window: int
    register_overall: str | None
    register_record_state: str
    register_age: timedelta | None
    confirmed_mine: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """LINKED, or the first condition that fails."""

    code: LinkCode

    @property
    def allowed(self) -> bool:
        return self.code is LinkCode.LINKED


def _age(value: timedelta | None) -> timedelta:
    return timedelta.max if value is None else value


CONDITIONS: tuple[Condition[LinkFacts, LinkCode], ...] = (
    Condition(
        LinkCode.NOT_FOR_ORGANISATIONS,
        "the account is a citizen's or an official's",
        lambda f: f.kind not in ("citizen", "official"),
    ),
    Condition(LinkCode.FROZEN, "the account is not frozen", lambda f: f.state == "frozen"),
    Condition(LinkCode.CONFLICT, "the account is not in conflict", lambda f: f.state == "conflict"),
    Condition(
        LinkCode.ALREADY_LINKED,
        "the account has no live link",
        lambda f: f.state in ("linked", "claimed", "archived", "exempt"),
    ),
    Condition(
        LinkCode.NOT_MATCHED,
        "the account was matched with the register",
        # guard: link-needs-a-match
        lambda f: f.state != "matched",
    ),
    Condition(
        LinkCode.WRONG_INTENT,
        "the e-ID sign-in was started by this browser session, for this link and nothing else",
        # guard: link-needs-its-own-intent
        lambda f: not f.started_here or f.intent != {"link": "link", "late": "late_link"}[f.way],
    ),
    Condition(
        LinkCode.POLICY_UNAVAILABLE,
        "the policy of the date is known and not older than ten minutes",
        lambda f: f.policy_code not in ("OPEN", "CUTOFF_PASSED"),
    ),
    Condition(
        LinkCode.POLICY,
        "before the date: the policy still lets the old account act",
        # guard: link-judged-by-policy
        lambda f: f.way == "link" and not f.policy_allowed,
    ),
    Condition(
        LinkCode.NOT_YET_LATE,
        "late link: the date has passed",
        # guard: late-link-only-after-the-date
        lambda f: f.way == "late" and f.policy_allowed,
    ),
    Condition(
        LinkCode.OLD_LOGIN_MISSING,
        "before the date: the old account was signed in here with its password and its own SMS code",
        # guard: link-needs-the-old-login
        lambda f: f.way == "link" and (f.old_login_age is None or not f.old_login_with_code),
    ),
    Condition(
        LinkCode.OLD_LOGIN_STALE,
        "before the date: at most 10 minutes before the start",
        # guard: link-needs-a-fresh-old-login
        lambda f: f.way == "link" and not timedelta(0) - CLOCK_SKEW <= _age(f.old_login_age) <= OLD_LOGIN_FRESH,
    ),
    Condition(
        LinkCode.EID_LOGIN_STALE,
        "the e-ID was signed in anew: not before the start, nor after a sign-in could last (60 seconds of skew)",
        # guard: link-needs-a-fresh-eid-login
        lambda f: not -CLOCK_SKEW <= f.eid_login_lead <= SIGN_IN_LASTS + CLOCK_SKEW,
    ),
    Condition(
        LinkCode.LEVEL_TOO_LOW,
        "the e-ID sign-in reached the asked acr; a late link needs level 2",
        # guard: link-needs-the-level
        lambda f: not f.acr_met or f.eid_level < (2 if f.way == "late" else 1),
    ),
    Condition(
        LinkCode.OTHER_PERSON,
        "the number that the e-ID vouches for is the matched one",
        # guard: link-needs-the-same-number
        lambda f: not f.same_number,
    ),
    Condition(
        LinkCode.RESET_WAIT,
        "72 hours have passed since the password or a contact point was reset",
        # guard: quiet-after-reset-link
        lambda f: f.since_reset is not None and f.since_reset < QUIET_AFTER_RESET,
    ),
    Condition(
        LinkCode.DESK,
        "it is not the third link of the account within 90 days (the desk decides those)",
        # guard: third-link-goes-to-the-desk
        lambda f: f.earlier_links_in_window >= LINKS_BEFORE_DESK,
    ),
    Condition(
        LinkCode.REGISTER_UNAVAILABLE,
        "the register answered again for this act, at most 10 minutes ago",
        # guard: link-never-without-the-register
        lambda f: f.register_overall is None or not -CLOCK_SKEW <= _age(f.register_age) <= REGISTER_FRESH,
    ),
    Condition(
        LinkCode.REGISTER_NO_MATCH,
        "the register still says MATCH",
        # guard: link-needs-the-register-to-match
        lambda f: f.register_overall != "MATCH",
    ),
    Condition(
        LinkCode.RECORD_NOT_LIVE,
        "the register knows no death, and no cancelled or merged number",
        # guard: link-needs-a-living-record
        lambda f: f.register_record_state != "live",
    ),
    Condition(
        LinkCode.NOT_CONFIRMED,
        "the person has read which account it is and said “this is mine”",
        # guard: link-needs-a-yes
        lambda f: not f.confirmed_mine,
    ),
)


def decide(facts: LinkFacts) -> Decision:
    """The first condition that fails, or LINKED."""
    return Decision(conditions.first_failing(CONDITIONS, facts) or LinkCode.LINKED)


def may_ask(facts: LinkFacts) -> Decision:
    """The same before the person has been asked: everything but the answer. Decides whether the page is shown."""
    return Decision(conditions.first_failing(CONDITIONS, facts, but=LinkCode.NOT_CONFIRMED) or LinkCode.LINKED)
