"""Acts that change an account: each in one transaction with the sessions that it ends and the signals that tell it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID, uuid4

from eid import levels
from eid.signals import events
from eid.signals.events import Signal
from eid.storage import sessions
from eid.storage.accounts import BIRTH_DATE, CLAIMS, EMAIL, FULL_NAME, PERSONAL_ID, PHONE, NewAccount
from eid.storage.database import Connection, Database, Record
from eid.storage.register_events import first_time
from eid.storage.signal_outbox import raise_signals

_BEFORE: Final = (
    "select id, personal_id_blind, level, state, password_hash, phone_blind, email_blind from accounts"
    " where personal_id_blind = any($1) order by id for update"
)


class RegisterData(Protocol):
    """What the register mended; None where it said nothing."""

    @property
    def full_name(self) -> str | None: ...
    @property
    def birth_date(self) -> str | None: ...
    @property
    def sex(self) -> str | None: ...


class AccountChanges:
    """Table accounts, written."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def lock_by_owner(self, account_id: UUID, now: datetime) -> bool:
        """The owner locks the account (Decree 69/2024 article 15). False when it was not in use."""
        async with self._db.transaction() as connection:
            locked = await connection.fetchval(
                "update accounts set state = 'locked', lock_reason = 'own_request', updated_at = $2"
                " where id = $1 and state = 'active' returning true",
                account_id,
                now,
            )
            if locked:
                await sessions.end_all(connection, account_id, now, "user")
                await raise_signals(connection, account_id, [events.account_disabled(now)])
        return bool(locked)

    async def close_dead(self, account_id: UUID, now: datetime) -> bool:
        """The register knows of the person's death (Decree 69/2024 article 15). False when that was known."""
        async with self._db.transaction() as connection:
            return await close_dead(connection, account_id, now)

    async def died(self, jti: str, account_id: UUID | None, now: datetime) -> bool:
        """The register told of a death. False when this message came before, or changed nothing."""
        async with self._db.transaction() as connection:
            if not await first_time(connection, jti) or account_id is None:
                return False
            return await close_dead(connection, account_id, now)

    async def renumbered(self, jti: str, account_id: UUID | None, number: str, now: datetime) -> bool | None:
        """The register gave the person another number. None when there was nothing to do.

        False when that number has an account of its own already: then nobody is changed, and both keep what they have.
        """
        async with self._db.transaction() as connection:
            if not await first_time(connection, jti) or account_id is None:
                return None
            blind = self._db.sealer.blind(number, PERSONAL_ID)
            # guard: eid-number-of-another-account
            if await connection.fetchval("select true from accounts where personal_id_blind = $1", blind):
                return False
            await connection.execute(
                "update accounts set personal_id = $2, personal_id_blind = $3, register_checked_at = null,"
                " updated_at = $4 where id = $1",
                account_id,
                self._db.seal(number, PERSONAL_ID),
                blind,
                now,
            )
            await raise_signals(connection, account_id, [events.personal_number_changed(now)])
        return True

    async def corrected(self, jti: str, account_id: UUID | None, data: RegisterData, now: datetime) -> bool:
        """The register mended a name, a birth date or a sex: the account says the same. False when it did before."""
        async with self._db.transaction() as connection:
            if not await first_time(connection, jti) or account_id is None:
                return False
            await connection.execute(
                "update accounts set full_name = coalesce($2, full_name), birth_date = coalesce($3, birth_date),"
                " sex = coalesce($4, sex), register_checked_at = null, updated_at = $5 where id = $1",
                account_id,
                self._db.seal(data.full_name, FULL_NAME),
                self._db.seal(data.birth_date, BIRTH_DATE),
                data.sex,
                now,
            )
        return True

    async def doubted(self, jti: str, account_id: UUID | None, now: datetime) -> bool:
        """Whose the number is has to be asked: locked until people have, whatever else it was locked for."""
        async with self._db.transaction() as connection:
            if not await first_time(connection, jti) or account_id is None:
                return False
            locked = await connection.fetchval(
                "update accounts set state = 'locked', lock_reason = 'register_doubt', register_checked_at = null,"
                " updated_at = $2 where id = $1 and state <> 'dead' returning true",
                account_id,
                now,
            )
            if locked:
                await sessions.end_all(connection, account_id, now, "policy")
                await raise_signals(connection, account_id, [events.account_disabled(now)])
        return bool(locked)

    async def heard(self, jti: str) -> bool:
        """A message that changes nothing here. False when it came before."""
        async with self._db.transaction() as connection:
            return await first_time(connection, jti)

    async def import_many(self, rows: Sequence[NewAccount], now: datetime) -> None:
        """Insert or update by personal number; an account that may not be used any more loses its sessions."""
        blinds = [self._db.sealer.blind(row.personal_id, PERSONAL_ID) for row in rows]
        sealed = [self._sealed(row, blind) for row, blind in zip(rows, blinds, strict=True)]
        async with self._db.transaction() as connection:
            before = {row["personal_id_blind"]: row for row in await connection.fetch(_BEFORE, blinds)}
            await connection.executemany(_IMPORT, sealed)
            for row, blind, values in zip(rows, blinds, sealed, strict=True):
                known = before.get(blind)
                if known is None:
                    continue
                if row.state != "active":
                    await sessions.end_all(connection, known["id"], now, "admin")
                await raise_signals(connection, known["id"], _differences(known, row, values, now))

    def _sealed(self, row: NewAccount, blind_number: bytes) -> tuple[object, ...]:
        seal, blind = self._db.seal, self._db.sealer.blind
        return (
            uuid4(),
            seal(row.personal_id, PERSONAL_ID),
            blind_number,
            seal(row.full_name, FULL_NAME),
            seal(row.birth_date, BIRTH_DATE),
            row.sex,
            seal(row.phone, PHONE),
            None if row.phone is None else blind(row.phone, PHONE),
            seal(row.email, EMAIL),
            None if row.email is None else blind(row.email.lower(), EMAIL),
            row.password_hash,
            row.level,
            row.state,
            row.lock_reason,
            row.phone_since,
            seal(row.claims, CLAIMS),
            row.second_factor,
        )


async def close_dead(connection: Connection, account_id: UUID, now: datetime) -> bool:
    """Within a transaction: the account of a dead person ends, for good."""
    closed = await connection.fetchval(
        "update accounts set state = 'dead', register_checked_at = null, updated_at = $2"
        " where id = $1 and state <> 'dead' returning true",
        account_id,
        now,
    )
    if closed:
        await sessions.end_all(connection, account_id, now, "policy")
        told = [events.account_disabled(now), events.person_deceased(now)]
        await raise_signals(connection, account_id, told)
    return bool(closed)


def _differences(old: Record, new: NewAccount, values: tuple[object, ...], now: datetime) -> list[Signal]:
    """What receivers have to hear of an import that changed a known account."""
    phone_blind, email_blind = values[7], values[9]
    told = []
    if (old["state"] == "active") is not (new.state == "active"):
        told.append(events.account_enabled(now) if new.state == "active" else events.account_disabled(now))
    if new.state == "dead" != old["state"]:
        told.append(events.person_deceased(now))
    if old["level"] != new.level:
        before, after = levels.acr_of(old["level"]), levels.acr_of(new.level)
        told.append(events.assurance_level_change(before, after, now, "admin"))
    if old["password_hash"] != new.password_hash:
        told.append(
            events.credential_change("password", _change(old["password_hash"], new.password_hash), now, "admin")
        )
    if old["phone_blind"] != phone_blind:
        told.append(events.credential_change("phone-sms", _change(old["phone_blind"], phone_blind), now, "admin"))
    if old["phone_blind"] != phone_blind or old["email_blind"] != email_blind:
        told.append(events.identifier_changed(now))
    return told


def _change(old: object, new: object) -> events.Change:
    if old is None:
        return "create"
    return "delete" if new is None else "update"


_IMPORT = """
insert into accounts (id, personal_id, personal_id_blind, full_name, birth_date, sex, phone, phone_blind,
                      email, email_blind, password_hash, level, state, lock_reason, phone_since, claims,
                      second_factor)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
on conflict (personal_id_blind) do update set
    full_name = excluded.full_name, birth_date = excluded.birth_date, sex = excluded.sex,
    phone = excluded.phone, phone_blind = excluded.phone_blind, email = excluded.email,
    email_blind = excluded.email_blind, password_hash = excluded.password_hash, level = excluded.level,
    state = excluded.state, lock_reason = excluded.lock_reason, phone_since = excluded.phone_since,
    claims = excluded.claims, second_factor = excluded.second_factor,
    register_checked_at = null, updated_at = now()
"""
