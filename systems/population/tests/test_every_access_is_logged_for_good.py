"""Every access is in the log, the owner sees it, and nothing in the log can be changed without being noticed."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from .conftest import DUYEN, Caller, Register


def history(eid_caller: Caller, number: str = DUYEN["personal_id"]) -> Any:
    purpose = {"code": "owner_view", "reference": eid_caller.open(f"eid_account:{uuid4()}")}
    return eid_caller.call("POST", "/npd/v1/access-history", {"purpose": purpose, "personal_id": number})


def test_the_owner_sees_who_asked_what_and_why(national: Caller, eid_caller: Caller) -> None:
    national.verify(DUYEN)
    national.verify(DUYEN | {"full_name": "Trần Văn Nam", "birth_date": "1990-01-01"})
    entries = history(eid_caller).json()["entries"]
    assert set(entries[0]) == {"at", "agency", "purpose", "what", "fields", "result_shown"}
    assert entries[0]["agency"] == {"code": "G22", "vi": "Hệ thống national", "en": "System national"}
    assert [entry["result_shown"] for entry in entries[:2]] == [False, True]
    assert [entry["purpose"] for entry in entries[:2]] == ["account_match", "account_match"]
    assert entries[0]["at"] >= entries[1]["at"]
    assert "owner_view" not in {entry["purpose"] for entry in entries}


def test_only_the_e_id_shows_histories(national: Caller) -> None:
    purpose = {"code": "owner_view", "reference": national.account()}
    answer = national.call("POST", "/npd/v1/access-history", {"purpose": purpose, "personal_id": DUYEN["personal_id"]})
    assert answer.status_code == 403


def test_a_history_is_of_one_person(national: Caller, eid_caller: Caller) -> None:
    before = len(history(eid_caller, "045079000201").json()["entries"])
    national.verify(DUYEN)
    assert len(history(eid_caller, "045079000201").json()["entries"]) == before
    assert history(eid_caller, "04507900020").status_code == 400


def test_an_answer_without_a_log_entry_does_not_exist(register: Register, national: Caller) -> None:
    request_id = national.verify(DUYEN).json()["request_id"]
    rows = register.sql("select outcome, purpose, what from access_log where request_id = %s", request_id)
    assert rows == [("MATCH", "account_match", "verify")]


@pytest.mark.parametrize(
    "statement",
    [
        "update access_log set outcome = 'NO_MATCH'",
        "delete from access_log where id = 1",
        "delete from access_log",
        "truncate access_log",
        "update access_batch set hash = prev_hash",
        "delete from access_batch",
        "truncate access_batch",
    ],
)
def test_the_log_is_append_only(register: Register, national: Caller, statement: str) -> None:
    national.verify(DUYEN)
    before = register.sql("select count(*) from access_log")
    with pytest.raises(psycopg.errors.RaiseException):
        register.sql(statement)
    assert register.sql("select count(*) from access_log") == before


def test_the_chain_holds_and_shows_every_break(register: Register, national: Caller) -> None:
    for _ in range(3):
        national.verify(DUYEN)
    assert register.run("access-log", "verify").returncode == 0
    # Whoever owns the table can still get around its triggers: then the chain tells.
    with psycopg.connect(register.environment["POPULATION_DATABASE_URL"]) as connection:
        connection.execute("alter table access_log disable trigger user")
        last = connection.execute("select max(id) from access_log").fetchone()[0]  # type: ignore[index]
        connection.execute("update access_log set client_id = 'nobody' where id = %s", [last - 1])
        connection.execute("alter table access_log enable trigger user")
    broken = register.run("access-log", "verify")
    assert broken.returncode == 1
    assert f"entries {last - 1} to {last - 1}" in broken.stdout.decode()
    with psycopg.connect(register.environment["POPULATION_DATABASE_URL"]) as connection:
        connection.execute("alter table access_log disable trigger user")
        connection.execute("update access_log set client_id = 'national' where id = %s", [last - 1])
        connection.execute("alter table access_log enable trigger user")
    assert register.run("access-log", "verify").returncode == 0


def test_an_anchor_finds_a_chain_that_was_made_anew(register: Register, national: Caller, tmp_path: Path) -> None:
    national.verify(DUYEN, code="claim")
    anchor = register.run("access-log", "anchor").stdout
    kept = tmp_path / "anchor"
    kept.write_bytes(anchor)
    national.verify(DUYEN, code="claim")
    assert register.run("access-log", "verify", "--anchor", str(kept)).returncode == 0
    with psycopg.connect(register.environment["POPULATION_DATABASE_URL"]) as connection:
        made_anew = connection.execute("select last_id, prev_hash, hash from access_batch").fetchall()
        rewrite(connection, "update access_batch set hash = sha256(hash), prev_hash = sha256(prev_hash)")
    try:
        done = register.run("access-log", "verify", "--anchor", str(kept))
        assert done.returncode == 1
        assert b"no longer holds the link" in done.stdout
    finally:
        with psycopg.connect(register.environment["POPULATION_DATABASE_URL"]) as connection:
            for last_id, before, hash_ in made_anew:
                rewrite(
                    connection,
                    "update access_batch set prev_hash = %s, hash = %s where last_id = %s",
                    [before, hash_, last_id],
                )
    kept.write_bytes(anchor[:-9] + b"AAAAAAAA\n")
    assert register.run("access-log", "verify", "--anchor", str(kept)).returncode == 1
    assert register.run("access-log", "verify").returncode == 0


def rewrite(connection: Any, statement: str, values: Any = None) -> None:
    """As somebody who owns the tables."""
    connection.execute("alter table access_batch disable trigger user")
    connection.execute(statement, values)
    connection.execute("alter table access_batch enable trigger user")


def test_old_entries_go_after_five_years_and_not_before(register: Register) -> None:
    with psycopg.connect(register.environment["POPULATION_DATABASE_URL"]) as connection:
        for table in ("access_log", "access_batch"):
            connection.execute(f"alter table {table} disable trigger user")  # type: ignore[arg-type]
        for years, id_ in ((6, -2), (4, -1)):
            connection.execute(
                "insert into access_log select %s, now() - make_interval(years => %s), request_id, client_id, purpose,"
                " procedure_code, reference, on_behalf_of, what, fields, outcome, result_shown, null"
                " from access_log order by id limit 1",
                [id_, years],
            )
            connection.execute(
                "insert into access_batch select %s, %s, at, '', '' from access_log where id = %s", [id_, id_, id_]
            )
        for table in ("access_log", "access_batch"):
            connection.execute(f"alter table {table} enable trigger user")  # type: ignore[arg-type]
    assert register.run("purge").returncode == 0
    assert register.sql("select id from access_log where id < 0") == [(-1,)]
    assert register.sql("select first_id from access_batch where first_id < 0") == [(-1,)]
    with psycopg.connect(register.environment["POPULATION_DATABASE_URL"]) as connection:
        for table, key in (("access_log", "id"), ("access_batch", "first_id")):
            connection.execute(f"alter table {table} disable trigger user")  # type: ignore[arg-type]
            connection.execute(f"delete from {table} where {key} < 0")  # type: ignore[arg-type]
            connection.execute(f"alter table {table} enable trigger user")  # type: ignore[arg-type]
