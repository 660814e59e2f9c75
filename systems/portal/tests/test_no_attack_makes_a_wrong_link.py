"""Promise: 0 wrong links in every named attack shape (the long run is `./motcua prove links`); Hypothesis beside it."""

from __future__ import annotations

import random
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent / "proofs"))

from link_cases import ATTACKS, allowed, case, sound, wrong
from links import block

from portal.accounts.linking import LinkFacts

SPANS = st.none() | st.integers(-(10**6), 10**6).map(lambda n: timedelta(seconds=n))
FACTS = st.builds(
    LinkFacts,
    way=st.sampled_from(["link", "late"]),
    kind=st.sampled_from(["citizen", "official", "organisation"]),
    state=st.sampled_from(["matched", "open", "frozen", "linked"]),
    intent=st.sampled_from(["link", "late_link", "sign_in"]),
    started_here=st.booleans(),
    old_login_age=SPANS,
    old_login_with_code=st.booleans(),
    eid_login_lead=st.integers(-(10**4), 10**4).map(lambda n: timedelta(seconds=n)),
    acr_met=st.booleans(),
    eid_level=st.integers(0, 2),
    same_number=st.booleans(),
    policy_allowed=st.booleans(),
    policy_code=st.sampled_from(["OPEN", "CUTOFF_PASSED", "POLICY_STALE"]),
    since_reset=SPANS,
    earlier_links_in_window=st.integers(0, 4),
    register_overall=st.sampled_from(["MATCH", "NO_MATCH", None]),
    register_record_state=st.sampled_from(["live", "dead", ""]),
    register_age=SPANS,
    confirmed_mine=st.booleans(),
)


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) >= 24


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_case_of_this_attack_makes_a_wrong_link(attack: str) -> None:
    r = random.Random(attack)
    for _ in range(400):
        facts = case(r, attack)
        assert allowed(facts) == (wrong(facts) == ""), facts


def test_sound_links_are_made() -> None:
    r = random.Random(1)
    assert all(allowed(LinkFacts(**sound(r))) for _ in range(500))


@given(FACTS)
def test_the_judge_and_the_rule_agree_about_anything(facts: LinkFacts) -> None:
    assert allowed(facts) == (wrong(facts) == "")


def test_a_block_counts_every_attack() -> None:
    done = block(7, 3_600)
    assert done["violations"] == []
    assert set(done["counts"]) == set(ATTACKS)
    assert done["linked"] > 0, "a proof in which nothing is ever linked would prove nothing"
