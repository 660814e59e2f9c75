"""RFC 8628 3.5, CIBA 7.3 and 11: a waiting request is answered once, by its owner, and redeemed once, in time."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from eid.grants import device, pending
from eid.grants.authorization_request import AuthorizationRequest
from eid.grants.pending import Pending, Poll
from eid.storage import database
from eid.storage.account_changes import AccountChanges
from eid.storage.accounts import Accounts, NewAccount
from eid.storage.pending_requests import Content, PendingRequests
from wire.sealing import Sealer

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GRANT = UUID(int=5)
WAITING = Pending("ciba", "national", "pending", NOW + timedelta(minutes=5))
ALLOWED = msgspec.structs.replace(WAITING, state="allowed", grant_id=GRANT)


def test_a_poll_before_the_answer_waits() -> None:
    assert pending.judge_poll(WAITING, NOW)[0] is Poll.AUTHORIZATION_PENDING


def test_who_polls_too_fast_is_slowed_by_five_seconds_each_time() -> None:
    _, first = pending.judge_poll(WAITING, NOW)
    verdict, second = pending.judge_poll(first, NOW + timedelta(seconds=1))
    assert (verdict, second.interval) == (Poll.SLOW_DOWN, 10)
    assert pending.judge_poll(second, NOW + timedelta(seconds=12))[0] is Poll.AUTHORIZATION_PENDING
    assert pending.judge_poll(second, NOW + timedelta(seconds=8))[0] is Poll.SLOW_DOWN


def test_a_waiting_request_may_be_answered_until_it_ends() -> None:
    assert pending.may_decide(WAITING, NOW) is True
    assert pending.may_decide(WAITING, WAITING.expires_at - timedelta(microseconds=1)) is True
    assert pending.may_decide(ALLOWED, NOW) is False


def test_codes_hold_256_bits_and_are_kept_apart_by_kind() -> None:
    """CIBA 7.3 asks for 128."""
    assert len(base64.urlsafe_b64decode(f"{pending.make()}=")) == 32
    assert pending.digest("ciba", "x") != pending.digest("device", "x")
    assert pending.digest("ciba", "x") == hashlib.sha256(b"ciba\nx").digest()
    assert device.blind(b"k", "BCDF") == hmac.digest(b"k", b"user_code\nBCDF", "sha256")


def test_as_much_may_be_typed_as_a_code_with_its_dashes_needs() -> None:
    code = device.make_user_code()
    assert device.read_user_code("-" * (40 - len(code)) + code) == code
    assert device.read_user_code("-" * (41 - len(code)) + code) is None


def test_half_a_second_early_is_in_time() -> None:
    """Clocks and networks are not exact; the interval is five seconds (RFC 8628 3.2)."""
    _, first = pending.judge_poll(WAITING, NOW)
    for early, verdict in ((499, Poll.AUTHORIZATION_PENDING), (500, Poll.AUTHORIZATION_PENDING), (501, Poll.SLOW_DOWN)):
        at = NOW + timedelta(seconds=5) - timedelta(milliseconds=early)
        assert pending.judge_poll(first, at)[0] is verdict, early


def test_the_interval_has_an_end() -> None:
    row = WAITING
    for _ in range(40):
        _, row = pending.judge_poll(row, NOW)
    assert row.interval == pending.MAX_INTERVAL


def test_an_allowed_request_is_redeemed_once() -> None:
    verdict, kept = pending.judge_poll(ALLOWED, NOW)
    assert verdict is Poll.TOKENS
    assert pending.judge_poll(kept, NOW + timedelta(minutes=1))[0] is Poll.REUSED


def test_an_answer_is_there_at_once_even_for_who_just_polled() -> None:
    """CIBA 10.2: the client comes when it was pinged; slow_down is a word for "still pending" (RFC 8628 3.5)."""
    assert pending.judge_poll(msgspec.structs.replace(ALLOWED, polled_at=NOW), NOW)[0] is Poll.TOKENS


def test_after_the_end_there_are_no_tokens_and_no_answers() -> None:
    assert pending.judge_poll(ALLOWED, WAITING.expires_at)[0] is Poll.EXPIRED_TOKEN
    assert not pending.may_decide(WAITING, WAITING.expires_at)


def test_a_denied_request_stays_denied() -> None:
    denied = msgspec.structs.replace(WAITING, state="denied")
    assert pending.judge_poll(denied, NOW)[0] is Poll.ACCESS_DENIED
    assert not pending.may_decide(denied, NOW)


def test_a_device_code_is_nothing_at_ciba() -> None:
    assert pending.digest("device", "x") != pending.digest("ciba", "x")


class Life(RuleBasedStateMachine):
    """Owner and client act in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.row = WAITING
        self.redeemed = 0
        self.answers: list[str] = []

    @rule(seconds=st.sampled_from([0, 1, 4, 5, 11, 60, 200]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(answer=st.sampled_from(["allowed", "denied"]))
    def decide(self, answer: str) -> None:
        if pending.may_decide(self.row, self.now):
            grant = GRANT if answer == "allowed" else None
            self.row = msgspec.structs.replace(self.row, state=answer, grant_id=grant)
            self.answers.append(answer)

    @rule()
    def poll(self) -> None:
        verdict, self.row = pending.judge_poll(self.row, self.now)
        if verdict is Poll.TOKENS:
            self.redeemed += 1
            assert self.answers == ["allowed"]
            assert self.now < self.row.expires_at
        if verdict is Poll.ACCESS_DENIED:
            assert self.answers == ["denied"]

    @invariant()
    def once(self) -> None:
        assert self.redeemed <= 1
        assert len(self.answers) <= 1
        assert self.row.interval <= pending.MAX_INTERVAL


TestLife = Life.TestCase


def test_user_codes_are_made_of_letters_that_nobody_mistakes() -> None:
    assert len(set(device.ALPHABET)) == 20
    assert not set(device.ALPHABET) & set("AEIOUY0123456789")
    codes = {device.make_user_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == device.LENGTH and set(code) <= set(device.ALPHABET) for code in codes)


@given(st.sampled_from(["-", " ", "", ".", "–"]), st.booleans())
def test_a_user_code_is_read_as_people_type_it(between: str, lower: bool) -> None:
    code = device.make_user_code()
    typed = between.join([code[:4], code[4:]])
    assert device.read_user_code(typed.lower() if lower else typed) == code
    assert device.read_user_code(device.shown(code)) == code


@given(st.text(max_size=60))
def test_no_typed_text_breaks_the_reader(text: str) -> None:
    read = device.read_user_code(text)
    assert read is None or (len(read) == device.LENGTH and set(read) <= set(device.ALPHABET))


@pytest.fixture(scope="module")
def url(make_database: Callable[[str], str]) -> str:
    made = make_database("eid_pending")
    asyncio.run(database.migrate(made))
    return made


def test_only_the_asked_person_decides(url: str, tmp_path: Path) -> None:
    """The record itself, without the pages in front of it; and twenty answers at once count as one."""

    async def act() -> None:
        async with database.connect(url, Sealer.load_or_create(tmp_path / "sealing.json")) as db:
            accounts, requests = Accounts(db), PendingRequests(db)
            numbers = ("045000000001", "045000000002")
            people = [
                NewAccount(number, "Hồ Thị Mẫu", "1985", "F", None, None, None, 2, "active", None, None)
                for number in numbers
            ]
            await AccountChanges(db).import_many(people, datetime.now(UTC))
            asked, other = [await accounts.find_id(number) for number in numbers]
            assert asked is not None
            assert other is not None
            content = Content(AuthorizationRequest("c", "", ("openid",), ""), binding_message="words")
            now = datetime.now(UTC)
            await requests.begin_ciba("code", asked, content, now=now, lifetime=timedelta(minutes=5))
            waiting = await requests.find_by_code("ciba", "code", now)
            assert waiting is not None
            assert not await requests.deny(waiting.id, other, now)
            answers = await asyncio.gather(*(requests.deny(waiting.id, asked, now) for _ in range(20)))
            assert sorted(answers) == [False] * 19 + [True]
            assert await requests.of_account(asked, now) == []

    asyncio.run(act())
