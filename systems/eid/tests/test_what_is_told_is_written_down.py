"""A code that is redeemed and a claim that is told stand in the audit, written by the statement that does it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from eid.grants import code
from eid.grants.grant import Grant
from eid.storage import database
from eid.storage.account_changes import AccountChanges
from eid.storage.accounts import Accounts, NewAccount
from eid.storage.database import Database
from eid.storage.records import Records
from wire.sealing import Sealer

NOW = datetime.now(UTC)
GRANTED = ("eid_level", "email", "phone")


@pytest.fixture(scope="module")
def opened(make_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Sealer]:
    url = make_database("eid_told")
    asyncio.run(database.migrate(url))
    return url, Sealer.load_or_create(Path(tmp_path_factory.mktemp("keys")) / "sealing.json")


async def a_grant(db: Database) -> tuple[Grant, str]:
    number = f"{secrets.randbelow(10**12):012}"
    person = NewAccount(number, "Hồ Thị Mẫu", "1985", "F", None, "mau@example.vn", None, 2, "active", None, None)
    await AccountChanges(db).import_many([person], NOW)
    account_id = await Accounts(db).find_id(number)
    assert account_id is not None
    grant = Grant(
        id=uuid4(),
        client_id="national",
        sector="portal",
        account_id=account_id,
        session_id=None,
        sub=secrets.token_urlsafe(16),
        redirect_uri="https://portal.example/cb",
        code_challenge="",
        scope=("openid", "email", "phone"),
        granted=GRANTED,
        acr="2",
        amr=("pwd",),
        auth_time=NOW,
        code_expires_at=NOW + timedelta(minutes=1),
    )
    made = code.make()
    await Records(db, b"secret").grants.give(grant, made, NOW)
    return grant, made


async def audit(db: Database, account_id: UUID) -> list[tuple[str, object]]:
    rows = await db.pool.fetch(
        "select event, detail -> 'items' from audit where account_id = $1 order by id", account_id
    )
    return [tuple(row) for row in rows]


def test_redeeming_and_telling_leave_a_row_each_and_what_was_withheld_stands_in_none(
    opened: tuple[str, Sealer],
) -> None:
    async def act() -> None:
        async with database.connect(*opened) as db:
            records = Records(db, b"secret")
            grant, made = await a_grant(db)
            assert await records.tellings.tell(grant.id, ()) is None, "not redeemed: nothing is told"
            both = await asyncio.gather(*(records.grants.redeem(made, "national") for _ in range(5)))
            assert sorted(first for _, first in filter(None, both)) == [False] * 4 + [True]
            told = await records.tellings.tell(grant.id, ("phone",))
            assert told is not None
            assert (told.person.email, told.grant.granted) == ("mau@example.vn", GRANTED)
            await records.grants.revoke(grant.id, NOW)
            assert await records.tellings.tell(grant.id, ()) is None, "revoked: nothing is told"
            rows = await audit(db, grant.account_id)
            assert rows == [
                ("code_given", None),
                ("code_redeemed", None),
                ("told", '["eid_level", "email"]'),
            ]

    asyncio.run(act())
