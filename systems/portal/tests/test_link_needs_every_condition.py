"""Promise: a link is made only when every condition holds; each missing one is a named refusal, never a weaker link."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts import deciding, linking
from portal.accounts.linking import LinkCode, LinkFacts, decide, may_ask

GOOD = LinkFacts(
    way="link",
    kind="citizen",
    state="matched",
    intent="link",
    started_here=True,
    old_login_age=timedelta(minutes=2),
    old_login_with_code=True,
    eid_login_lead=timedelta(seconds=30),
    acr_met=True,
    eid_level=1,
    same_number=True,
    policy_allowed=True,
    policy_code="OPEN",
    since_reset=None,
    earlier_links_in_window=0,
    register_overall="MATCH",
    register_record_state="live",
    register_age=timedelta(seconds=5),
    confirmed_mine=True,
)
LATE = replace(
    GOOD,
    way="late",
    intent="late_link",
    old_login_age=None,
    old_login_with_code=False,
    eid_level=2,
    policy_allowed=False,
    policy_code="CUTOFF_PASSED",
)
WRONG: list[tuple[str, dict[str, Any], LinkCode]] = [
    ("organisation", {"kind": "organisation"}, LinkCode.NOT_FOR_ORGANISATIONS),
    ("a kind that nobody knows", {"kind": "robot"}, LinkCode.NOT_FOR_ORGANISATIONS),
    ("frozen", {"state": "frozen"}, LinkCode.FROZEN),
    ("conflict", {"state": "conflict"}, LinkCode.CONFLICT),
    ("linked before", {"state": "linked"}, LinkCode.ALREADY_LINKED),
    ("not matched", {"state": "open"}, LinkCode.NOT_MATCHED),
    ("waiting for a claim", {"state": "waiting"}, LinkCode.NOT_MATCHED),
    ("sign-in callback", {"intent": "sign_in"}, LinkCode.WRONG_INTENT),
    ("undo callback", {"intent": "undo"}, LinkCode.WRONG_INTENT),
    ("another session's start", {"started_here": False}, LinkCode.WRONG_INTENT),
    ("stale policy", {"policy_allowed": False, "policy_code": "POLICY_STALE"}, LinkCode.POLICY_UNAVAILABLE),
    ("after the date", {"policy_allowed": False, "policy_code": "CUTOFF_PASSED"}, LinkCode.POLICY),
    ("no old login", {"old_login_age": None}, LinkCode.OLD_LOGIN_MISSING),
    ("old login without its code", {"old_login_with_code": False}, LinkCode.OLD_LOGIN_MISSING),
    ("old login too old", {"old_login_age": timedelta(minutes=10, seconds=1)}, LinkCode.OLD_LOGIN_STALE),
    ("old login after the start", {"old_login_age": timedelta(minutes=-5)}, LinkCode.OLD_LOGIN_STALE),
    ("e-ID signed in before the start", {"eid_login_lead": timedelta(seconds=-61)}, LinkCode.EID_LOGIN_STALE),
    ("e-ID signed in after the state had ended", {"eid_login_lead": timedelta(minutes=12)}, LinkCode.EID_LOGIN_STALE),
    ("acr not met", {"acr_met": False}, LinkCode.LEVEL_TOO_LOW),
    ("no level", {"eid_level": 0}, LinkCode.LEVEL_TOO_LOW),
    ("another person", {"same_number": False}, LinkCode.OTHER_PERSON),
    ("just reset", {"since_reset": timedelta(hours=71, minutes=59)}, LinkCode.RESET_WAIT),
    ("third link", {"earlier_links_in_window": 2}, LinkCode.DESK),
    ("register away", {"register_overall": None}, LinkCode.REGISTER_UNAVAILABLE),
    ("register asked long ago", {"register_age": timedelta(minutes=10, seconds=1)}, LinkCode.REGISTER_UNAVAILABLE),
    ("register asked in the future", {"register_age": timedelta(minutes=-2)}, LinkCode.REGISTER_UNAVAILABLE),
    ("register says no", {"register_overall": "NO_MATCH"}, LinkCode.REGISTER_NO_MATCH),
    ("register unsure", {"register_overall": "INSUFFICIENT"}, LinkCode.REGISTER_NO_MATCH),
    ("dead", {"register_record_state": "dead"}, LinkCode.RECORD_NOT_LIVE),
    ("merged number", {"register_record_state": "merged"}, LinkCode.RECORD_NOT_LIVE),
    ("unknown record state", {"register_record_state": ""}, LinkCode.RECORD_NOT_LIVE),
    ("not confirmed", {"confirmed_mine": False}, LinkCode.NOT_CONFIRMED),
]


def test_when_all_holds_it_is_linked() -> None:
    assert decide(GOOD).code is LinkCode.LINKED
    assert decide(LATE).code is LinkCode.LINKED


@pytest.mark.parametrize(("change", "code"), [(c, k) for _, c, k in WRONG], ids=[name for name, _, _ in WRONG])
def test_each_missing_condition_is_a_named_refusal(change: dict[str, Any], code: LinkCode) -> None:
    assert decide(replace(GOOD, **change)).code is code


@given(st.sets(st.sampled_from(range(len(WRONG))), min_size=1))
def test_no_two_wrongs_make_a_link(chosen: set[int]) -> None:
    facts = GOOD
    for number in sorted(chosen):
        facts = replace(facts, **WRONG[number][1])
    assert not decide(facts).allowed
    assert not decide(replace(facts, confirmed_mine=True)).allowed or chosen == {len(WRONG) - 1}


def test_a_late_link_needs_level_2_and_the_date_behind_it() -> None:
    assert decide(replace(LATE, eid_level=1)).code is LinkCode.LEVEL_TOO_LOW
    assert decide(replace(LATE, policy_allowed=True, policy_code="OPEN")).code is LinkCode.NOT_YET_LATE
    assert decide(replace(LATE, intent="link")).code is LinkCode.WRONG_INTENT
    assert decide(replace(GOOD, intent="late_link")).code is LinkCode.WRONG_INTENT


def test_the_question_is_asked_only_when_nothing_else_is_missing() -> None:
    asking = replace(GOOD, confirmed_mine=False)
    assert may_ask(asking).allowed
    assert not may_ask(replace(asking, same_number=False)).allowed


def test_every_condition_has_a_case_here() -> None:
    shown = {code for _, _, code in WRONG} | {LinkCode.NOT_YET_LATE}
    assert {condition.code for condition in linking.CONDITIONS} == shown


def test_the_published_table_is_the_rule() -> None:
    page = Path(__file__).parents[1] / "docs" / "linking-rules.md"
    assert page.read_text(encoding="utf-8") == deciding.rules_table()
