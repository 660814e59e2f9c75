"""Many failed tries of one client, one number asked for by several: staff are told once, without personal data."""

import asyncio
import json
import time
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from population.disclosure.alarms import Calls, Pattern, Thresholds, Window
from population.storage import access_log
from population.storage.database import connect
from wire.sealing import Sealer

from .conftest import DUYEN, Caller, Mailbox, Register


def wait_for_mail(mailbox: Mailbox, words: str) -> list[tuple[list[str], str, str]]:
    until = time.monotonic() + 60
    found: list[tuple[list[str], str, str]] = []
    while time.monotonic() < until and not found:
        found = [mail for mail in mailbox.messages if words in mail[2]]
        time.sleep(0.1)
    return found


def test_many_failures_of_one_client(register: Register, national: Caller, mailbox: Mailbox) -> None:
    for _ in range(2):
        reference = national.account()
        for position in range(4):
            national.verify(DUYEN | {"personal_id": f"0451858{position:05}"}, reference=reference)
    found = wait_for_mail(mailbox, "đối chiếu không khớp")
    assert found
    receivers, subject, text = found[0]
    assert receivers == [register.environment["POPULATION_STAFF_EMAIL"]]
    assert "national" in text
    assert "045185" not in text + subject
    listed = [json.loads(line) for line in register.run("alarms", "list").stdout.splitlines()]
    assert ("no_match", "national") in {(alarm["kind"], alarm["client_id"]) for alarm in listed}
    time.sleep(6)
    assert len([mail for mail in mailbox.messages if "đối chiếu không khớp" in mail[2]]) == 1


def test_one_number_asked_for_by_several_clients(register: Register, national: Caller, mailbox: Mailbox) -> None:
    subject = DUYEN | {"personal_id": "045185999994"}
    register.sql("update client set purposes = array['account_match', 'dossier'] where client_id = 'thrifty'")
    for name in ("national", "quangtri", "thrifty"):
        caller = register.callers[name]
        assert caller.verify(subject, reference=caller.open(f"portal_account:{uuid4()}")).status_code == 200
    found = wait_for_mail(mailbox, "3 hệ thống khác nhau")
    assert found
    assert "045185" not in "".join(found[0][1:])


def test_each_entry_of_the_log_is_counted_once(register: Register, national: Caller) -> None:
    async def read(after: int | None) -> tuple[int, int, int]:
        sealer = Sealer.load_or_create(register.keys_dir / "sealing.json")
        async with connect(register.environment["POPULATION_DATABASE_URL"], sealer, size=1) as database:
            newest = await access_log.newest_id(database)
            begin = await access_log.begin_of_window(database) if after is None else after
            found = [c for c in await access_log.calls_between(database, begin, newest) if c.client_id == "national"]
            return newest, sum(c.calls for c in found), sum(c.misses for c in found)

    newest, calls, _ = asyncio.run(read(None))
    for _ in range(3):
        national.verify(DUYEN, code="claim")
    national.verify(DUYEN | {"personal_id": "045185888888"})
    assert asyncio.run(read(newest))[1:] == (4, 1)
    assert asyncio.run(read(None))[1] == calls + 4


_CALLS = st.builds(
    lambda client, piece, calls: Calls(client, piece, calls, calls // 2),
    st.sampled_from(["national", "quangtri"]),
    st.integers(1_000, 1_200),
    st.integers(1, 50),
)


@given(st.lists(_CALLS), st.integers(1_000, 1_300))
def test_a_window_counts_what_the_last_ten_minutes_hold(calls: list[Calls], now: int) -> None:
    window = Window()
    for one in sorted(calls, key=lambda one: one.piece):
        window.add(one)
        list(window.patterns(one.piece))
    told = {(p.kind, p.client_id): p.count for p in window.patterns(now)}
    kept = [one for one in calls if one.piece > now - 60]
    if now >= max((one.piece for one in calls), default=0):
        for client in ("national", "quangtri"):
            mine = [one for one in kept if one.client_id == client]
            assert told.get(("burst", client), 0) == sum(one.calls for one in mine)
            assert told.get(("no_match", client), 0) == sum(one.misses for one in mine)


@given(st.sampled_from(["no_match", "clients", "burst"]), st.integers(0, 500), st.integers(1, 500))
def test_an_alarm_is_raised_from_the_threshold_on(kind: str, count: int, limit: int) -> None:
    thresholds = Thresholds(**{"no_match": 10**6, "clients": 10**6, "burst": 10**6} | {kind: limit})
    assert thresholds.is_unusual(Pattern(kind, b"", None, count)) is (count >= limit)


def test_an_unknown_kind_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        Thresholds(1, 1, 1).is_unusual(Pattern("weather", b"", None, 1))
