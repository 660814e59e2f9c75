"""The rule of a link: facts in, a decision out. No clock, no network, no framework (Một Cửa, law of links).

An old account is linked to an e-ID only when every fact holds at once; a missing one is a named refusal, never a weaker
link. Names, phones and e-mail addresses decide nothing.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final

LOGIN_SECONDS: Final = 600  # how old the old sign-in may be when the link starts
REGISTER_SECONDS: Final = 600
SKEW: Final = 60
MADE: Final = "LINK"


@dataclass(frozen=True)
class LinkFacts:
    """What is known at the moment of the decision; times in whole seconds.

    `old_login_at`: password and own code of the old account, in this browser; None when not. `matched_personal_id`: of
    the account, from step 1. `register`: the register's word on this person, `MATCH` and nothing else is good.
    """

    intent: str
    started_at: int
    started_from: str
    account: str
    old_login_at: int | None
    matched_personal_id: str
    identity_personal_id: str
    identity_acr: str
    identity_auth_time: int
    asked_acr: str
    register: str
    register_asked_at: int
    policy_allows: bool
    already_linked: bool
    said_yes: bool
    now: int


def decide(facts: LinkFacts) -> str:
    """`LINK`, or the name of the first refusal."""
    table = (
        (facts.intent != "link", "NOT_A_LINK"),
        (not facts.account or facts.account != facts.started_from, "OTHER_ACCOUNT"),
        (
            facts.old_login_at is None
            or not facts.old_login_at <= facts.started_at <= facts.old_login_at + LOGIN_SECONDS,
            "OLD_LOGIN_NOT_FRESH",
        ),
        (facts.identity_acr != facts.asked_acr, "LEVEL_TOO_LOW"),
        (facts.identity_auth_time < facts.started_at - SKEW, "EID_LOGIN_NOT_FRESH"),
        (not facts.matched_personal_id, "NOT_MATCHED"),
        (
            not hmac.compare_digest(facts.matched_personal_id.encode(), facts.identity_personal_id.encode()),
            "OTHER_PERSON",
        ),
        (facts.register == "UNAVAILABLE", "REGISTER_UNAVAILABLE"),
        (facts.register != "MATCH", "REGISTER_SAYS_NO"),
        (not 0 <= facts.now - facts.register_asked_at <= REGISTER_SECONDS, "REGISTER_ANSWER_OLD"),
        (not facts.policy_allows, "PAST_THE_DATE"),
        (facts.already_linked, "ALREADY_LINKED"),
        (not facts.said_yes, "NOT_CONFIRMED"),
    )
    return next((name for wrong, name in table if wrong), MADE)
