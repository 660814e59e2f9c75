"""No number, name, birth date, phone or token stands in a table, in the log of the process, or in an address."""

import psycopg

from synthetic import demo

from .conftest import DUYEN, Caller, Register


def everything_in_the_database(url: str) -> bytes:
    dump = b""
    with psycopg.connect(url) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        assert len(tables) >= 9
        for (table,) in tables:
            with connection.cursor().copy(f'copy (select * from "{table}") to stdout') as rows:  # type: ignore[arg-type]
                for block in rows:
                    dump += bytes(block)
    return dump


def test_neither_the_database_nor_the_log_holds_personal_data(register: Register, national: Caller) -> None:
    duyen = demo.by_slug("duyen")
    national.verify(DUYEN)
    national.verify(DUYEN | {"full_name": "Người Lạ", "birth_date": "1999-09-09"})
    national.verify(DUYEN, code="claim")
    national.verify({"full_name": "x", "birth_date": "x", "personal_id": DUYEN["personal_id"] + "9"})
    national.call("POST", "/npd/v1/verify", {"subject": DUYEN})
    dump = everything_in_the_database(register.environment["POPULATION_DATABASE_URL"])
    log = register.stderr.read_bytes()
    secrets = [national.token, duyen.phone]
    for person in demo.PEOPLE:
        secrets += [person.personal_id, person.full_name, person.birth_date, person.full_name.upper()]
    for secret in secrets:
        if len(secret) < 6:
            continue
        plain = secret.encode()
        for place, content in (("database", dump), ("log", log)):
            assert plain not in content, (place, secret[:2])
            assert plain.hex().encode() not in content, (place, secret[:2])
