"""What must be unique is decided by PostgreSQL: the records themselves, without the provider around them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from eid.authenticators.one_time_code import RESEND_AFTER, TRIES, Challenge, Verdict
from eid.storage import database
from eid.storage.account_changes import AccountChanges
from eid.storage.accounts import Accounts, NewAccount
from eid.storage.database import Database
from eid.storage.interactions import Interactions
from eid.storage.one_time_codes import OneTimeCodes
from eid.storage.queues import wait_before
from eid.storage.rate_limits import Limit, RateLimits
from eid.storage.subjects import Subjects
from eid.storage.used_ids import UsedIds
from wire.batching import Batcher
from wire.sealing import Sealer

NOW = datetime.now(UTC)
Opening = Callable[[], AbstractAsyncContextManager[Database]]


@pytest.fixture(scope="module")
def opening(make_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Opening:
    url = make_database("eid_records")
    sealer = Sealer.load_or_create(Path(tmp_path_factory.mktemp("keys")) / "sealing.json")
    asyncio.run(database.migrate(url))
    return lambda: database.connect(url, sealer)


def run(opening: Opening, act: Callable[[Database], Awaitable[None]]) -> None:
    async def inside() -> None:
        async with opening() as db:
            await act(db)

    asyncio.run(inside())


async def an_account(db: Database) -> UUID:
    number = f"{secrets.randbelow(10**12):012}"
    row = NewAccount(number, "Hồ Thị Mẫu", "1985", "F", None, None, None, 2, "active", None, None)
    await AccountChanges(db).import_many([row], NOW)
    found = await Accounts(db).find_id(number)
    assert found is not None
    return found


def test_an_interaction_is_finished_once(opening: Opening) -> None:
    async def act(db: Database) -> None:
        interactions = Interactions(db)
        begun = await interactions.begin(b"browser", None, None, NOW)
        finished = await asyncio.gather(*(interactions.finish(begun.id, NOW) for _ in range(10)))
        assert sorted(finished) == [False] * 9 + [True]
        assert await interactions.find(begun.id, b"browser", NOW) is None

    run(opening, act)


def test_one_assertion_counts_once_however_many_come_in_one_batch(opening: Opening) -> None:
    async def act(db: Database) -> None:
        used = UsedIds(db)
        until = int(NOW.timestamp()) + 60
        claimed = await asyncio.gather(*(used.claim("national", "jti", until) for _ in range(50)))
        assert sum(claimed) == 1
        assert await used.claim("quangtri", "jti", until), "another client's jti is its own"

    run(opening, act)


def test_one_sector_gets_one_sub_however_many_ask(opening: Opening) -> None:
    async def act(db: Database) -> None:
        account = await an_account(db)
        subjects = Subjects(db)
        subs = await asyncio.gather(*(subjects.find_or_make(account, "portal") for _ in range(20)))
        assert len(set(subs)) == 1
        assert await subjects.find_or_make(account, "other") != subs[0]
        assert len(subs[0]) == 22

    run(opening, act)


def test_a_limit_counts_all_at_once_and_opens_again(opening: Opening) -> None:
    async def act(db: Database) -> None:
        limits, limit = RateLimits(db, b"s" * 32), Limit("test", 5, timedelta(minutes=1))
        allowed = await asyncio.gather(*(limits.reserve(limit, "me", NOW) for _ in range(20)))
        assert sum(allowed) == 5
        assert await limits.reserve(limit, "you", NOW)
        assert await limits.reserve(limit, "me", NOW + timedelta(minutes=1))
        rows = await db.pool.fetch("select key from rate_limits")
        assert all(b"me" not in bytes(row["key"]) for row in rows)

    run(opening, act)


def test_two_wishes_for_a_new_code_send_one(opening: Opening) -> None:
    async def act(db: Database) -> None:
        begun = await Interactions(db).begin(b"browser", None, None, NOW)
        codes = OneTimeCodes(db)
        fresh = Challenge(b"mac", NOW)
        before = NOW - timedelta(seconds=60)
        kept = await asyncio.gather(*(codes.put(begun.id, fresh, not_after=before) for _ in range(8)))
        assert sum(kept) == 1

    run(opening, act)


def test_a_batch_carries_what_waits_and_hands_every_fault_to_its_waiters() -> None:
    sizes: list[int] = []

    async def flush(rows: object) -> list[int]:
        assert isinstance(rows, list)
        sizes.append(len(rows))
        await asyncio.sleep(0.01)
        if "bad" in rows:
            raise ValueError("bad")
        return [len(str(row)) for row in rows]

    async def act() -> None:
        batcher: Batcher[str] = Batcher(flush)  # type: ignore[arg-type]
        first = batcher.submit("a")
        await asyncio.sleep(0)  # one turn of the loop is waited for company,
        with_it = batcher.submit("a")
        await asyncio.sleep(0)  # and then it is on its way
        answers = await asyncio.gather(first, with_it, *(batcher.submit("bb") for _ in range(30)))
        assert answers == [1, 1] + [2] * 30
        assert sizes == [2, 30]
        with pytest.raises(ValueError, match="bad"):
            await batcher.submit("bad")
        assert await batcher.submit("ccc") == 3

    asyncio.run(act())


def test_an_id_that_no_table_can_hold_fails_alone_and_takes_no_stranger_with_it(opening: Opening) -> None:
    async def act(db: Database) -> None:
        used = UsedIds(db)
        until = int(NOW.timestamp()) + 60
        asked = [used.claim("national", jti, until) for jti in ("before", "a\x00b", "after", "before")]
        before, bad, after, again = await asyncio.gather(*asked, return_exceptions=True)
        assert sorted([before, again]) == [False, True]
        assert after is True
        assert isinstance(bad, Exception)

    run(opening, act)


def test_many_reads_at_once_get_each_their_own_answer(opening: Opening) -> None:
    async def act(db: Database) -> None:
        accounts = [await an_account(db) for _ in range(5)]
        subjects = Subjects(db)
        made = {account: await subjects.find_or_make(account, "sector") for account in accounts[:3]}
        found = await asyncio.gather(*(subjects.find(account, "sector") for account in accounts * 4))
        assert found == [made.get(account) for account in accounts] * 4

    run(opening, act)


def test_waits_between_attempts_grow_and_are_bounded() -> None:
    waits = [wait_before(attempt) for attempt in range(1, 14)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)
    assert sum(waits, timedelta()) > timedelta(hours=2)


def test_a_person_is_opened_as_sealed_and_found_by_number(opening: Opening) -> None:
    async def act(db: Database) -> None:
        account = await an_account(db)
        person = await Accounts(db).person(account)
        assert (person.full_name, person.birth_date, person.phone) == ("Hồ Thị Mẫu", "1985", None)
        with pytest.raises(LookupError):
            await Accounts(db).person(uuid4())

    run(opening, act)


def test_tries_at_once_are_judged_one_after_the_other(opening: Opening) -> None:
    async def act(db: Database) -> None:
        begun, codes = await Interactions(db).begin(b"browser", None, None, NOW), OneTimeCodes(db)
        await codes.put(begun.id, Challenge(b"right", NOW), not_after=NOW)
        judged = await asyncio.gather(*(codes.attempt(begun.id, b"right", NOW) for _ in range(20)))
        assert [one and one[0] for one in judged].count(Verdict.RIGHT) == 1
        await codes.put(begun.id, Challenge(b"right", NOW + RESEND_AFTER), not_after=NOW)
        judged = await asyncio.gather(*(codes.attempt(begun.id, b"wrong", NOW) for _ in range(20)))
        assert [one and one[0] for one in judged].count(Verdict.WRONG) == TRIES

    run(opening, act)


def test_several_limits_are_counted_together_and_one_that_is_reached_is_a_no(opening: Opening) -> None:
    async def act(db: Database) -> None:
        limits = RateLimits(db, b"s" * 32)
        few, many = Limit("few", 3, timedelta(minutes=1)), Limit("many", 50, timedelta(minutes=1))
        both = ((few, "me together"), (many, "all together"))
        allowed = await asyncio.gather(*(limits.reserve_all(both, NOW) for _ in range(20)))
        assert sum(allowed) == 3
        await asyncio.gather(*(limits.refund(*both) for _ in range(20)))
        assert await limits.reserve_all([(many, "else")], NOW, refund=both)
        assert sum([await limits.reserve_all(both, NOW) for _ in range(5)]) == 3

    run(opening, act)
