"""The rules of the SMS code as a state machine, driven by Hypothesis against a plain model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from eid.authenticators import one_time_code
from eid.authenticators.one_time_code import Challenge, Verdict, judge

START = datetime(2026, 1, 1, tzinfo=UTC)
KEY, INTERACTION, ACCOUNT = b"k" * 32, "interaction", UUID(int=7)


def mac(code: str, interaction: str = INTERACTION, account: UUID = ACCOUNT) -> bytes:
    return one_time_code.mac(KEY, interaction, account, code)


class OneTimeCode(RuleBasedStateMachine):
    @initialize()
    def send(self) -> None:
        self.now = START
        self.challenge = Challenge(mac("123456"), START)
        self.wrong = self.accepted = 0

    @rule(seconds=st.integers(0, 100))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def resend(self) -> None:
        if self.now >= one_time_code.resend_at(self.challenge):
            self.challenge = Challenge(mac("123456"), self.now)
            self.wrong = self.accepted = 0

    @rule(typed=st.sampled_from(["123456", "123457", "000000"]))
    def type_code(self, typed: str) -> None:
        verdict, self.challenge = judge(self.challenge, mac(typed), self.now)
        alive = self.now < self.challenge.sent_at + timedelta(minutes=3)
        may = alive and self.wrong < 5 and not self.accepted
        assert (verdict is Verdict.RIGHT) == (may and typed == "123456")
        if verdict is Verdict.RIGHT:
            self.accepted += 1
        if verdict is Verdict.WRONG:
            self.wrong += 1

    @invariant()
    def holds(self) -> None:
        assert self.accepted <= 1
        assert self.wrong <= 5
        assert one_time_code.tries_left(self.challenge) == 5 - self.challenge.tries


TestOneTimeCode = OneTimeCode.TestCase
TestOneTimeCode.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)

FRESH = Challenge(mac("123456"), START)


def test_it_works_once() -> None:
    verdict, after = judge(FRESH, mac("123456"), START)
    assert verdict is Verdict.RIGHT
    assert judge(after, mac("123456"), START)[0] is Verdict.SPENT


def test_the_sixth_try_is_not_looked_at() -> None:
    challenge = FRESH
    for _ in range(5):
        verdict, challenge = judge(challenge, mac("000000"), START)
        assert verdict is Verdict.WRONG
    assert judge(challenge, mac("123456"), START)[0] is Verdict.SPENT


def test_it_ends_after_three_minutes() -> None:
    assert judge(FRESH, mac("123456"), START + timedelta(minutes=3))[0] is Verdict.EXPIRED
    assert judge(FRESH, mac("123456"), START + timedelta(minutes=3, microseconds=-1))[0] is Verdict.RIGHT


def test_a_code_for_another_session_or_another_person_never_fits() -> None:
    assert judge(FRESH, mac("123456", interaction="another"), START)[0] is Verdict.WRONG
    assert judge(FRESH, mac("123456", account=UUID(int=8)), START)[0] is Verdict.WRONG


def test_codes_are_six_digits_and_differ() -> None:
    codes = {one_time_code.make() for _ in range(200)}
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(codes) > 190
