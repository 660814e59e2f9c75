"""The token endpoint is asked at a bounded pace, and a stranger cannot use up the share of a client that he names."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from population.disclosure.token_rate import Buckets

from .conftest import Eid, Mailbox, Register, prepare


@pytest.fixture(scope="module")
def slow(
    make_database: Callable[[str], str], eid: Eid, mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Register]:
    """A register that gives three tokens a minute."""
    made = prepare(make_database("slow"), tmp_path_factory.mktemp("slow"), eid.port, mailbox.port)
    made.environment["POPULATION_TOKENS_PER_MINUTE"] = "3"
    made.serve()
    yield made
    made.stop()
    made.http.close()


def test_a_client_that_hammers_is_slowed_and_comes_back(slow: Register) -> None:
    caller = slow.callers["quangtri"]
    answers = [caller.ask_token(caller.assertion()) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["error"] == "slow_down"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 21
    other = slow.callers["thrifty"]
    assert other.ask_token(other.assertion()).status_code == 200


def test_failures_slow_their_address_only_and_no_client(slow: Register) -> None:
    victim = slow.callers["national"]
    answers = [victim.ask_token(victim.assertion() + "x") for _ in range(5)]
    assert [answer.status_code for answer in answers][:3] == [401] * 3
    assert answers[-1].status_code == 429
    buckets = Buckets(3)
    for _ in range(3):
        buckets.take("failed 192.0.2.1", 0.0)
    assert buckets.wait("failed 192.0.2.1", 0.0) > 0
    assert buckets.wait("asked national", 0.0) == 0
    assert buckets.wait("failed 192.0.2.2", 0.0) == 0


@given(st.lists(st.floats(0, 5), max_size=200), st.integers(1, 50))
def test_no_minute_sees_more_than_twice_the_pace(gaps: list[float], per_minute: int) -> None:
    buckets, now, taken = Buckets(per_minute), 0.0, []
    for gap in gaps:
        now += gap
        if buckets.wait("k", now) == 0:
            buckets.take("k", now)
            taken.append(now)
    for begin in taken:
        assert sum(begin <= at < begin + 60 for at in taken) <= 2 * per_minute
    assert taken or not gaps


@given(st.floats(0, 1e6), st.integers(1, 500))
def test_who_waits_as_told_is_served(now: float, per_minute: int) -> None:
    buckets = Buckets(per_minute)
    for _ in range(per_minute):
        buckets.take("k", now)
    wait = buckets.wait("k", now)
    assert wait >= 1
    assert buckets.wait("k", now + wait) == 0


def test_memory_is_bounded_and_the_pressing_one_stays_held() -> None:
    buckets = Buckets(2)
    for _ in range(2):
        buckets.take("pressing", 0.0)
    for number in range(30_000):
        buckets.take(f"address {number}", number * 0.001)
        if number % 900 == 0:
            buckets.take("pressing", number * 0.001)
    assert len(buckets._kept) <= 10_000
    assert buckets.wait("pressing", 30.0) > 0
