"""Promise: undo, freeze and its end happen only when every condition holds; each missing one is a named refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.accounts.deciding import decide
from portal.accounts.undoing import UNDO, FreezeCode, FreezeFacts, UndoCode, UndoFacts, UnfreezeFacts

OWNER = UndoFacts(
    by="owner",
    live=True,
    state="linked",
    own=True,
    since_link=timedelta(days=29, hours=23),
    for_this_link=True,
    eid_login_lead=timedelta(seconds=20),
    started=timedelta(minutes=2),
    level=2,
    link_level=2,
    officers=0,
    reason=False,
    whole=True,
)
DESK = replace(
    OWNER,
    by="desk",
    state="frozen",
    own=False,
    since_link=timedelta(days=400),
    for_this_link=False,
    eid_login_lead=None,
    started=None,
    level=0,
    officers=2,
    reason=True,
)
WRONG: list[tuple[str, UndoFacts, dict[str, Any], UndoCode]] = [
    ("undone before", OWNER, {"live": False}, UndoCode.NOT_LINKED),
    ("waiting for a claim", OWNER, {"state": "waiting"}, UndoCode.NOT_LINKED),
    ("another person", OWNER, {"own": False}, UndoCode.NOT_YOURS),
    ("frozen", OWNER, {"state": "frozen"}, UndoCode.FROZEN),
    ("day 31", OWNER, {"since_link": timedelta(days=30, seconds=1)}, UndoCode.TOO_LATE),
    ("linked in the future", OWNER, {"since_link": timedelta(seconds=-1)}, UndoCode.TOO_LATE),
    ("the sign-in of another act", OWNER, {"for_this_link": False}, UndoCode.SIGN_IN_AGAIN),
    ("an old e-ID session", OWNER, {"eid_login_lead": timedelta(seconds=-61)}, UndoCode.SIGN_IN_AGAIN),
    ("a page answered too late", OWNER, {"started": timedelta(minutes=21)}, UndoCode.SIGN_IN_AGAIN),
    ("no sign-in at all", OWNER, {"started": None}, UndoCode.SIGN_IN_AGAIN),
    ("a lower level", OWNER, {"level": 1}, UndoCode.LEVEL_TOO_LOW),
    ("changed", OWNER, {"whole": False}, UndoCode.CHANGED),
    ("one officer twice", DESK, {"officers": 1}, UndoCode.NEEDS_TWO),
    ("no reason", DESK, {"reason": False}, UndoCode.NEEDS_TWO),
    ("changed, for the desk too", DESK, {"whole": False}, UndoCode.CHANGED),
    ("undone before, for the desk too", DESK, {"live": False}, UndoCode.NOT_LINKED),
]


def test_owner_and_desk_may_undo_when_all_holds() -> None:
    assert decide(OWNER) is UndoCode.UNDONE
    assert decide(DESK) is UndoCode.UNDONE
    assert decide(replace(OWNER, state="claimed")) is UndoCode.UNDONE


@pytest.mark.parametrize(("good", "change", "code"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_each_missing_condition_is_a_named_refusal(good: UndoFacts, change: dict[str, Any], code: UndoCode) -> None:
    assert decide(replace(good, **change)) is code


def test_every_condition_has_a_case_here() -> None:
    assert {condition.code for condition in UNDO} == {code for *_, code in WRONG}


def test_a_freeze_needs_every_condition() -> None:
    good = FreezeFacts(timedelta(days=29), token_used=False, link_live=True, state="linked")
    assert decide(good) is FreezeCode.FROZEN
    for change in (
        {"token_age": None},
        {"token_age": timedelta(days=30, seconds=1)},
        {"token_used": True},
        {"link_live": False},
        {"state": "frozen"},
        {"state": "waiting"},
    ):
        assert decide(replace(good, **change)) is FreezeCode.REFUSED, change  # type: ignore[arg-type]


def test_a_freeze_ends_by_two_officers_with_a_reason() -> None:
    good = UnfreezeFacts("frozen", 2, reason=True)
    assert decide(good) is FreezeCode.UNFROZEN
    assert decide(replace(good, officers=1)) is FreezeCode.NEEDS_TWO
    assert decide(replace(good, reason=False)) is FreezeCode.NEEDS_TWO
    assert decide(replace(good, state="linked")) is FreezeCode.NOT_FROZEN


def test_facts_without_a_rule_are_refused_loudly() -> None:
    with pytest.raises(TypeError):
        decide({"state": "linked"})
