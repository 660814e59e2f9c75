"""e-ID accounts: what is known of the person is sealed; the number, phone and e-mail are found by blind index."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from eid.grants import standard_claims
from eid.storage.batches import BatchedRead
from eid.storage.database import Database, Record

PERSONAL_ID, FULL_NAME, BIRTH_DATE = "accounts.personal_id", "accounts.full_name", "accounts.birth_date"
#: Of `accounts a`: what `Accounts.read` opens.
PERSONAL = (
    "a.id as account, a.level, a.personal_id, a.full_name, a.birth_date, a.sex, a.phone, a.email, a.phone_since,"
    " a.claims as more_claims, a.updated_at"
)
_PERSON = (
    f"select asked.n, {PERSONAL}"  # noqa: S608
    " from unnest($1::uuid[]) with ordinality as asked (id, n) join accounts a on a.id = asked.id"
)
PHONE, EMAIL, CLAIMS = "accounts.phone", "accounts.email", "accounts.claims"


class Account(msgspec.Struct, frozen=True):
    """An account without any personal value: all that most requests need."""

    id: UUID
    level: int
    state: str
    lock_reason: str | None
    register_checked_at: datetime | None
    second_factor: bool = True  # False only for people made up for outside tools


class Person(msgspec.Struct, frozen=True):
    """The opened personal values of one account. Never logged; `repr` shows the account only."""

    account_id: UUID
    level: int
    personal_id: str
    full_name: str
    birth_date: str
    sex: str
    phone: str | None
    email: str | None
    phone_since: date | None = None
    extra: dict[str, Any] = {}  # further standard claims (Core 5.1) of people made up for outside tools
    updated_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Person({self.account_id})"

    def claims(self) -> dict[str, Any]:
        """By claim name: the standard ones, the personal number, and since when the phone number is theirs."""
        told = standard_claims.compose(
            full_name=self.full_name,
            birth_date=self.birth_date,
            sex=self.sex,
            phone=self.phone,
            email=self.email,
            extra=self.extra,
            updated_at=self.updated_at,
        )
        since = None if self.phone_since is None else self.phone_since.isoformat()
        known = {"personal_id": self.personal_id, "phone_number_since": since, "partial_birthdate": self.birth_date}
        return told | known


class NewAccount(msgspec.Struct, frozen=True):
    """One line of `eid people import`, checked and with the password hashed."""

    personal_id: str
    full_name: str
    birth_date: str
    sex: str
    phone: str | None
    email: str | None
    password_hash: str | None
    level: int
    state: str
    lock_reason: str | None
    phone_since: date | None
    claims: str | None = None  # JSON
    second_factor: bool = True


class Accounts:
    """Table accounts."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._people = BatchedRead(database, _PERSON)

    def blind_personal_id(self, personal_id: str) -> bytes:
        """The blind index of a personal number."""
        return self._db.sealer.blind(personal_id, PERSONAL_ID)

    async def find_credentials(self, personal_id: str) -> tuple[Account, str | None] | None:
        """The account that has this number, with its password hash."""
        row = await self._db.lanes.row(
            "select id, level, state, lock_reason, register_checked_at, second_factor, password_hash from accounts"
            " where personal_id_blind = $1",
            self.blind_personal_id(personal_id),
        )
        return None if row is None else (_account(row), row["password_hash"])

    async def hashes(self, personal_ids: list[str]) -> dict[str, str | None]:
        """The password hashes of those of these numbers that have an account."""
        blinds = {self.blind_personal_id(number): number for number in personal_ids}
        rows = await self._db.lanes.fetch(
            "select personal_id_blind, password_hash from accounts where personal_id_blind = any($1)", list(blinds)
        )
        return {blinds[row["personal_id_blind"]]: row["password_hash"] for row in rows}

    async def find_id(self, personal_id: str) -> UUID | None:
        """The account that has this number."""
        found: UUID | None = await self._db.lanes.value(
            "select id from accounts where personal_id_blind = $1", self.blind_personal_id(personal_id)
        )
        return found

    async def is_active(self, account_id: UUID) -> bool:
        """Whether the account may be used: neither locked nor waiting nor of somebody who died."""
        found = await self._db.lanes.value("select state = 'active' from accounts where id = $1", account_id)
        return bool(found)

    async def person(self, account_id: UUID) -> Person:
        """Open the personal values of an account."""
        row = await self._people.one(account_id)
        if row is None:
            raise LookupError("no such account")
        return self.read(row)

    def read(self, row: Record) -> Person:
        """Open the columns `PERSONAL`."""
        opened = self._db.sealer.open
        claims = self._db.open(row["more_claims"], CLAIMS)
        return Person(
            account_id=row["account"],
            level=row["level"],
            personal_id=opened(row["personal_id"], PERSONAL_ID),
            full_name=opened(row["full_name"], FULL_NAME),
            birth_date=opened(row["birth_date"], BIRTH_DATE),
            sex=row["sex"],
            phone=self._db.open(row["phone"], PHONE),
            email=self._db.open(row["email"], EMAIL),
            phone_since=row["phone_since"],
            extra={} if claims is None else msgspec.json.decode(claims),
            updated_at=row["updated_at"],
        )

    async def replace_hash(self, account_id: UUID, old: str, new: str) -> None:
        """Store a hash made with today's parameters, unless the password changed meanwhile."""
        await self._db.lanes.fetch(
            "update accounts set password_hash = $3 where id = $1 and password_hash = $2", account_id, old, new
        )

    async def vouched(self, account_id: UUID, at: datetime, request_id: str) -> None:
        """Remember when the register last said MATCH and live, and the number of its answer."""
        await self._db.lanes.fetch(
            "update accounts set register_checked_at = $2, register_request_id = $3 where id = $1",
            account_id,
            at,
            request_id,
        )

    async def not_vouched(self, account_id: UUID) -> None:
        """The register said something else than MATCH: what it said before no longer counts."""
        await self._db.lanes.fetch("update accounts set register_checked_at = null where id = $1", account_id)


def _account(row: Record) -> Account:
    return Account(
        row["id"], row["level"], row["state"], row["lock_reason"], row["register_checked_at"], row["second_factor"]
    )
