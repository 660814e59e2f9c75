"""`eid people import`: accounts as the commune police would have made them, one JSON object a line."""

from __future__ import annotations

import asyncio
import os
import unicodedata
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import chain
from typing import Final, Literal

import msgspec

from eid.authenticators import password
from eid.authenticators.standing import LOCK_REASONS
from eid.storage.account_changes import AccountChanges
from eid.storage.accounts import Accounts, NewAccount
from kernel import personal_id as personal_ids
from kernel import phone as phones
from kernel.partial_date import PartialDate

BATCH: Final = 64


class Address(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """OpenID Connect Core 5.1.1."""

    formatted: str | None = None
    street_address: str | None = None
    locality: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


class Claims(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The standard claims of OpenID Connect Core 5.1, for people made up for outside tools."""

    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    middle_name: str | None = None
    nickname: str | None = None
    preferred_username: str | None = None
    profile: str | None = None
    picture: str | None = None
    website: str | None = None
    email: str | None = None
    email_verified: bool | None = None
    gender: str | None = None
    birthdate: str | None = None
    zoneinfo: str | None = None
    locale: str | None = None
    phone_number: str | None = None
    phone_number_verified: bool | None = None
    address: Address | None = None
    updated_at: int | None = None


class Line(msgspec.Struct, frozen=True):
    """One person (docs/interfaces.md section 2). Other members are ignored."""

    personal_id: str
    full_name: str
    birth_date: str
    sex: Literal["M", "F"]
    level: Literal[1, 2]
    state: Literal["active", "locked", "not_activated", "dead"] = "active"
    phone: str | None = None
    email: str | None = None
    password: str | None = None
    lock_reason: str | None = None
    phone_since: date | None = None
    claims: Claims | None = None  # test environment only
    second_factor: bool = True  # test environment only: False lets the person in by password alone, if the setting does


class Imported(msgspec.Struct):
    """How many went in, and which lines did not (number, why; never their content)."""

    count: int = 0
    faults: list[tuple[int, str]] = msgspec.field(default_factory=list)


async def import_people(
    accounts: Accounts, changes: AccountChanges, lines: Iterable[str], *, for_tests: bool = False
) -> Imported:
    """Insert or update; a known personal number keeps its account and its `sub`s.

    `lines` are JSON objects, one a line, or together one JSON list. `for_tests` takes claims and single factors too.

    An account that may no longer be used loses its sessions; whoever knows the person is told of what changed.
    """
    done, batch = Imported(), list[Line]()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, text in enumerate(_each(lines), 1):
            if not text.strip():
                continue
            try:
                batch.append(_read(text, for_tests=for_tests))
            except (msgspec.MsgspecError, ValueError) as error:
                done.faults.append((number, _why(error)))
            if len(batch) == BATCH:
                await _put(accounts, changes, pool, batch, done)
                batch = []
        await _put(accounts, changes, pool, batch, done)
    return done


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, msgspec.MsgspecError) else type(error).__name__


def _each(lines: Iterable[str]) -> Iterator[str]:
    """The lines; or, when the first one opens a JSON list, its members."""
    rest = iter(lines)
    first = next((line for line in rest if line.strip()), "")
    if not first.lstrip().startswith("["):
        yield from chain([first], rest)
        return
    for member in msgspec.json.decode("".join(chain([first], rest)), type=list[msgspec.Raw]):
        yield bytes(member).decode()


def _read(text: str, *, for_tests: bool) -> Line:
    line = msgspec.json.decode(text, type=Line)
    # guard: eid-people-for-tests-only-there
    if (line.claims is not None or not line.second_factor) and not for_tests:
        raise ValueError("claims and second_factor are for the test environment")
    PartialDate.parse(line.birth_date)
    if line.lock_reason is not None and line.lock_reason not in LOCK_REASONS:
        raise ValueError("lock_reason")
    return msgspec.structs.replace(
        line,
        personal_id=personal_ids.normalise(line.personal_id),
        full_name=unicodedata.normalize("NFC", " ".join(line.full_name.split())),
        phone=None if line.phone is None else phones.normalise(line.phone),
    )


async def _put(
    accounts: Accounts, changes: AccountChanges, pool: ThreadPoolExecutor, batch: list[Line], done: Imported
) -> None:
    known = await accounts.hashes([line.personal_id for line in batch])
    loop = asyncio.get_running_loop()
    hashes = await asyncio.gather(
        *(loop.run_in_executor(pool, _hashed, known.get(line.personal_id), line.password) for line in batch)
    )
    rows = [_account(line, hashed) for line, hashed in zip(batch, hashes, strict=True)]
    await changes.import_many(rows, datetime.now(UTC))
    done.count += len(batch)


def _hashed(stored: str | None, given: str | None) -> str | None:
    """The hash to keep: the same one for the same password, so that nobody is told of a change that was none."""
    if given is None:
        return None
    if stored is not None and password.verify(stored, given) and not password.needs_rehash(stored):
        return stored
    return password.hash_password(given)


def _account(line: Line, hashed: str | None) -> NewAccount:
    return NewAccount(
        personal_id=line.personal_id,
        full_name=line.full_name,
        birth_date=line.birth_date,
        sex=line.sex,
        phone=line.phone,
        email=line.email,
        password_hash=hashed,
        level=line.level,
        state=line.state,
        lock_reason=line.lock_reason,
        phone_since=line.phone_since,
        claims=None if line.claims is None else msgspec.json.encode(line.claims).decode(),
        second_factor=line.second_factor,
    )
