"""The kit's rule of a link: every fact holds, or a named refusal; no other fact helps."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portalkit.linking import MADE, LinkFacts, decide

NOW = 1_700_000_000
GOOD = LinkFacts(
    intent="link",
    started_at=NOW - 60,
    started_from="a",
    account="a",
    old_login_at=NOW - 100,
    matched_personal_id="045185000999",
    identity_personal_id="045185000999",
    identity_acr="2",
    identity_auth_time=NOW - 30,
    asked_acr="2",
    register="MATCH",
    register_asked_at=NOW - 1,
    policy_allows=True,
    already_linked=False,
    said_yes=True,
    now=NOW,
)
WRONG = [
    ({"intent": "sign_in"}, "NOT_A_LINK"),
    ({"started_from": "b"}, "OTHER_ACCOUNT"),
    ({"account": "", "started_from": ""}, "OTHER_ACCOUNT"),
    ({"old_login_at": None}, "OLD_LOGIN_NOT_FRESH"),
    ({"old_login_at": NOW - 700}, "OLD_LOGIN_NOT_FRESH"),
    ({"old_login_at": NOW - 10}, "OLD_LOGIN_NOT_FRESH"),
    ({"identity_acr": "1"}, "LEVEL_TOO_LOW"),
    ({"identity_auth_time": NOW - 3600}, "EID_LOGIN_NOT_FRESH"),
    ({"matched_personal_id": ""}, "NOT_MATCHED"),
    ({"identity_personal_id": "045185000998"}, "OTHER_PERSON"),
    ({"register": "UNAVAILABLE"}, "REGISTER_UNAVAILABLE"),
    ({"register": "NO_MATCH"}, "REGISTER_SAYS_NO"),
    ({"register": "DEAD"}, "REGISTER_SAYS_NO"),
    ({"register_asked_at": NOW - 601}, "REGISTER_ANSWER_OLD"),
    ({"policy_allows": False}, "PAST_THE_DATE"),
    ({"already_linked": True}, "ALREADY_LINKED"),
    ({"said_yes": False}, "NOT_CONFIRMED"),
]


def test_with_everything_in_order_the_link_is_made() -> None:
    assert decide(GOOD) == MADE


@pytest.mark.parametrize(("change", "refusal"), WRONG)
def test_one_missing_fact_is_a_named_refusal(change: dict[str, object], refusal: str) -> None:
    assert decide(dataclasses.replace(GOOD, **change)) == refusal


@given(st.lists(st.sampled_from(WRONG), min_size=1, max_size=5))
def test_no_two_wrongs_make_a_link(wrongs: list[tuple[dict[str, object], str]]) -> None:
    facts = GOOD
    for change, _ in wrongs:
        facts = dataclasses.replace(facts, **change)
    assert decide(facts) != MADE
