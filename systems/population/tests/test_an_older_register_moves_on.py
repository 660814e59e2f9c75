"""A database of the first version is brought to this one: its log stays whole, its people stay where they are found."""

import os
from collections.abc import Callable
from pathlib import Path

import psycopg

from population.storage.database import MIGRATIONS

from .conftest import Eid, Mailbox, Register

ENTRY = (
    "insert into access_log (request_id, client_id, purpose, reference, what, fields, outcome, result_shown,"
    " subject_index) values"
    " (gen_random_uuid(), 'national', 'claim', 'portal_account:x', 'verify', '{full_name}', 'MATCH', true, %s)"
)
PERSON = "insert into person (number_index, record, state, fingerprint) values (%s, 'x', 'live', 'x')"


def test_log_and_people_of_the_first_version_are_kept(
    register: Register, make_database: Callable[[str], str], eid: Eid, mailbox: Mailbox, tmp_path: Path
) -> None:
    url = make_database("older")
    with psycopg.connect(url, autocommit=True) as older:
        older.execute((MIGRATIONS / "0001_register.sql").read_text())  # type: ignore[call-overload]
        older.execute(
            "create table schema_migration (number integer primary key, applied_at timestamptz default now())"
        )
        older.execute("insert into schema_migration (number) values (1)")
        for number in range(5):
            older.execute(ENTRY, [bytes([number]) * 32])
        numbers = [os.urandom(32) for _ in range(50)] + [bytes(32), b"\xff" * 32, b"\x10" + bytes(31)]
        for number_index in numbers:
            older.execute(PERSON, [number_index])
    moved = Register(register.origin, register.environment | {"POPULATION_DATABASE_URL": url}, tmp_path, None, {})
    assert moved.run("migrate").returncode == 0
    assert moved.run("access-log", "verify").returncode == 0
    assert moved.sql("select first_id, last_id from access_batch") == [(1, 5)]
    assert {bytes(row[0]) for row in moved.sql("select number_index from person")} == set(numbers)
    sixth = ENTRY.replace("(request_id", "(id, request_id").replace("values (gen", "values (6, gen")
    moved.sql(sixth, b"\x06" * 32)
    assert moved.run("access-log", "verify").returncode == 0
    assert moved.sql("select first_id, last_id from access_batch order by 1") == [(1, 5), (6, 6)]
    with psycopg.connect(url) as owner:
        owner.execute("alter table access_log disable trigger user")
        owner.execute("update access_log set outcome = 'NO_MATCH' where id = 2")
        owner.execute("alter table access_log enable trigger user")
    assert b"entries 1 to 5" in moved.run("access-log", "verify").stdout
