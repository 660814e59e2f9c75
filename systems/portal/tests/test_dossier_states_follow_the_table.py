"""A dossier moves only by its table: whatever is tried in whatever order, the law's limits hold."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from portal.dossiers.states import (
    APPROVER,
    CITIZEN,
    CLOSED,
    NATIONAL_CODE,
    PROCESSING,
    RECEPTION,
    SYSTEM,
    TABLE,
    Act,
    ActRefused,
    Standing,
    State,
    judge,
    possible,
)

ROLES = (CITIZEN, RECEPTION, PROCESSING, APPROVER, SYSTEM)


class Dossier(RuleBasedStateMachine):
    """Everybody tries everything."""

    def __init__(self) -> None:
        super().__init__()
        self.standing = Standing(State.SUBMITTED)
        self.passed = [State.SUBMITTED]
        self.asked_in_a_row = 0

    @rule(act=st.sampled_from(Act), role=st.sampled_from(ROLES), told=st.booleans())
    def attempt(self, act: Act, role: str, told: bool) -> None:
        before = self.standing
        words = "vì" if told else " "
        try:
            row = judge(before, act, role, reason=words, legal_ground=words)
        except ActRefused:
            assert not told or act not in possible(before, role)
            return
        assert role in row.roles
        assert row.source is before.state
        assert told or not (row.needs_reason or row.needs_ground)
        changes: dict[str, object] = {"state": row.target}
        if act is Act.REQUEST_SUPPLEMENT:
            key = "supplements_at_reception" if before.state is State.SUBMITTED else "supplements_at_processing"
            changes |= {"returns_to": before.state, key: getattr(before, key) + 1}
        self.standing = replace(before, **changes)
        self.passed.append(row.target)

    @invariant()
    def one_supplement_for_each_stage(self) -> None:
        assert self.standing.supplements_at_reception <= 1
        assert self.standing.supplements_at_processing <= 1

    @invariant()
    def what_is_closed_stays_closed(self) -> None:
        closed = [state for state in self.passed if state in CLOSED]
        assert closed in ([], [State.DONE], [State.DONE, State.RESULT_RETURNED]) or len(closed) == 1

    @invariant()
    def nothing_is_processed_unaccepted(self) -> None:
        if State.PROCESSING in self.passed:
            assert State.ACCEPTED in self.passed[: self.passed.index(State.PROCESSING)]


TestDossier = Dossier.TestCase
TestDossier.settings = settings(max_examples=60, stateful_step_count=14, deadline=None)


def test_every_state_has_a_national_code_and_a_way_in() -> None:
    assert set(NATIONAL_CODE) == set(State)
    assert set(NATIONAL_CODE.values()) <= set(range(1, 11))
    assert {row.target for row in TABLE} | {State.SUBMITTED} == set(State)


@given(state=st.sampled_from(State), role=st.sampled_from(ROLES))
def test_what_a_page_offers_can_be_done(state: State, role: str) -> None:
    standing = Standing(state)
    for act in possible(standing, role):
        judge(standing, act, role, reason="vì", legal_ground="Điều 28")


def test_a_citizen_withdraws_until_there_is_a_decision() -> None:
    may = {state for state in State if Act.WITHDRAW in possible(Standing(state), CITIZEN)}
    assert may == {State.SUBMITTED, State.SUPPLEMENT_REQUESTED, State.ACCEPTED, State.PROCESSING}


def test_a_supplement_returns_to_the_stage_that_asked() -> None:
    asked = Standing(State.SUPPLEMENT_REQUESTED, State.PROCESSING, 0, 1)
    assert judge(asked, Act.SUPPLEMENT, CITIZEN).target is State.PROCESSING
