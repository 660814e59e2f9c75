"""Fills the e-ID's tables to the size of a country: rows that no flow touches, in the way of those that do."""

from __future__ import annotations

import psycopg

_ACCOUNTS = """
insert into accounts (id, personal_id, personal_id_blind, full_name, birth_date, sex, phone, phone_blind, level, state)
select gen_random_uuid(), sealed, blind, sealed, sealed, 'F', sealed, blind, 2, 'active'
from (select decode(repeat(md5(n::text), 3), 'hex') as sealed, sha256(('account ' || n)::bytea) as blind
      from generate_series(1, %(accounts)s) as n) as made
"""
_SESSIONS = """
insert into sessions (id, token_hash, account_id, auth_time, created_at, last_seen_at, user_agent)
select gen_random_uuid(), sha256(id::text::bytea), id, now(), now(), now(), 'bench' from accounts
where not exists (select 1 from sessions s where s.account_id = accounts.id)
"""


def fill(database_url: str, accounts: int, grants: int) -> int:
    """Adds so many accounts (with a session each) and grants; returns the size of the database in bytes."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(_ACCOUNTS, {"accounts": accounts})
        connection.execute(_SESSIONS)
        _copy_grants(connection, grants)
        connection.execute("vacuum analyze")
        row = connection.execute("select pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


def _copy_grants(connection: psycopg.Connection, grants: int) -> None:
    """Copies of real grants over all sessions: whatever columns they have, `id` and unique hashes are new."""
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
    connection.execute(
        f"insert into grants ({columns}) select {values}"  # noqa: S608 - names from the catalogue
        " from (select id, account_id, row_number() over () as n from sessions) as s"
        " join generate_series(1, greatest(1, %(grants)s / (select count(*) from sessions))) as times on true"
        " cross join lateral (select * from grants limit 1) as g limit %(grants)s",
        {"grants": grants},
    )
