"""Fills the e-ID's tables to the size of a country: rows that no flow touches, in the way of those that do.

The server makes them itself, on two connections; keys and indexes come back when the tables are full. Ten million
accounts and fifty million grants take 45 GiB.
"""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import psycopg

_HANDS = 2
#: Bytes on the disk for each row with its indexes, and the log besides; measured, rounded up.
_ACCOUNT, _GRANT, _LOG = 1_000, 720, 4 * 2**30
_TABLES = ("accounts", "sessions", "grants")

_ACCOUNTS = """
insert into accounts (id, personal_id, personal_id_blind, full_name, birth_date, sex, phone, phone_blind, level, state)
select gen_random_uuid(), sealed, blind, sealed, sealed, 'F', sealed, blind, 2, 'active'
from (select decode(repeat(md5(n::text), 3), 'hex') as sealed, sha256(('account ' || n)::bytea) as blind
      from generate_series(1, %(accounts)s) as n where n %% %(hands)s = %(hand)s) as made
"""
_SESSIONS = """
insert into sessions (id, token_hash, account_id, auth_time, created_at, last_seen_at, user_agent)
select gen_random_uuid(), sha256(id::text::bytea), id, now(), now(), now(), 'bench' from accounts
where not exists (select 1 from sessions s where s.account_id = accounts.id)
"""


class NoRoom(Exception):
    """The disk does not hold tables of this size."""


def fill(database_url: str, accounts: int, grants: int, folder: Path) -> int:
    """Adds so many accounts (with a session each) and grants; returns the size of the database in bytes.

    `database_url` is the superuser's; `folder` is where the database lives. Raises NoRoom before anything is made.
    """
    needed = accounts * _ACCOUNT + grants * _GRANT + _LOG
    if shutil.disk_usage(folder).free < needed:
        raise NoRoom(f"{needed / 2**30:.0f} GiB are needed")
    with _session(database_url) as connection:
        copies = _copies(connection)
        for statement in (again := _set_aside(connection)).drops:
            connection.execute(statement)
        # What is thrown in is never updated: it needs no room on its pages.
        connection.execute("alter table grants set (fillfactor = 100)")
        _on_every_hand(database_url, _ACCOUNTS, {"accounts": accounts})
        connection.execute(_SESSIONS)
        _on_every_hand(database_url, copies, {"grants": grants})
        connection.execute("alter table grants set (fillfactor = 60)")
        for statement in again.makes:
            connection.execute(statement)
        connection.execute("vacuum analyze")
        row = connection.execute("select pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


def _session(database_url: str) -> psycopg.Connection:
    options = "-c session_replication_role=replica -c synchronous_commit=off -c maintenance_work_mem=1GB"
    return psycopg.connect(database_url, autocommit=True, options=options)


def _on_every_hand(database_url: str, statement: str, parameters: dict[str, int]) -> None:
    def work(hand: int) -> None:
        with _session(database_url) as connection:
            connection.execute(statement, parameters | {"hands": _HANDS, "hand": hand})

    with ThreadPoolExecutor(_HANDS) as pool:
        list(pool.map(work, range(_HANDS)))


class _Aside(NamedTuple):
    """Statements that drop keys and indexes, and those that make them again."""

    drops: list[str]
    makes: list[str]


def _set_aside(connection: psycopg.Connection) -> _Aside:
    """Every reference to the filled tables, every key and every other index of them."""
    constraints = connection.execute(
        "select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype = 'f'"
        " from pg_constraint where contype = 'f' and confrelid = any(%(tables)s::regclass[])"
        " or contype in ('p', 'u') and conrelid = any(%(tables)s::regclass[]) order by contype <> 'f'",
        {"tables": list(_TABLES)},
    ).fetchall()
    indexes = connection.execute(
        "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index"
        " where indrelid = any(%s::regclass[])"
        " and not exists (select 1 from pg_constraint where conindid = indexrelid)",
        [list(_TABLES)],
    ).fetchall()
    drops = [f"alter table {table} drop constraint {name}" for table, name, *_ in constraints]
    keys = [
        f"alter table {table} add constraint {name} {text}" for table, name, text, refers in constraints if not refers
    ]
    references = [
        f"alter table {table} add constraint {name} {text} not valid"
        for table, name, text, refers in constraints
        if refers
    ]
    return _Aside(
        [*drops, *(f"drop index {name}" for name, _ in indexes)], [*keys, *(text for _, text in indexes), *references]
    )


def _copies(connection: psycopg.Connection) -> str:
    """Copies of a real grant over all sessions: whatever columns it has, `id` and unique hashes are new."""
    names = [
        str(name)
        for (name,) in connection.execute(
            "select column_name from information_schema.columns where table_name = 'grants' order by ordinal_position"
        )
    ]
    fresh = {
        "id": "gen_random_uuid()",
        "code_hash": "sha256(gen_random_uuid()::text::bytea)",
        "account_id": "s.account_id",
        "session_id": "s.id",
    }
    columns = ", ".join(names)
    values = ", ".join(fresh.get(name, f"g.{name}") for name in names)
    return (
        f"insert into grants ({columns}) select {values}"  # noqa: S608 - names from the catalogue
        " from (select id, account_id, row_number() over () as n, count(*) over () as many from sessions) as s"
        " join lateral generate_series(s.n, %(grants)s, s.many) as times on true"
        " cross join (select * from grants limit 1) as g where s.n %% %(hands)s = %(hand)s"
    )
