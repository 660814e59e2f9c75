"""The register and a plain one beside it, each with a database of its own, filled to the size of a country."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from joserfc.jwk import ECKey

import synthetic
from bench.postgres import Postgres
from bench.providers.kept import Kept
from bench.record import ROOT
from wire import loopback
from wire.assertion import client_assertion, public_jwks
from wire.signed import sign

CLIENT = "bench"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_COLUMNS = (
    "number_index, legacy_index, household_index, record, state, state_since, merged_into, fingerprint, match_key"
)
#: What the tables are filled by: where one of these changed, they are filled anew.
_FILLING = (*sorted((ROOT / "systems/population/src/population/storage/migrations").glob("*.sql")), Path(__file__))
#: Who is asked for is a real row; the others are as wide and as random, and in the way. Part by part, in the order of
#: the index, into an emptied table: nothing is sorted twice and no page of the index is split.
_MADE = "create table bench_made as select sha256(n::text::bytea) as made from generate_series(1, %(count)s::int) n"
_FILL_PART = f"""
insert into person_{{part:x}} ({_COLUMNS})
select {_COLUMNS} from bench_loaded where get_byte(number_index, 0) >> 4 = {{part}}
union all
select made, null, null, (select record from bench_loaded limit 1), 'live', null, null, made, substring(made, 1, 16)
from bench_made where get_byte(made, 0) >> 4 = {{part}}
order by number_index
"""  # noqa: S608
_PEER_FILL = """
insert into person select lpad((900000000000 + n)::text, 12, '0'), 'NGUYỄN VĂN ' || n, '1990-01-01',
       (select record from person limit 1) from generate_series(1, %(count)s::int) n
"""


@dataclass
class Running:
    """A server to ask: where, with which token (asked for anew: it ends) and reference, which processes it is."""

    port: int
    token: Callable[[], str]
    reference: str
    pid: int
    database: Postgres

    @property
    def host(self) -> str:
        """As the request names it."""
        return f"population.localhost:{self.port}"


def people(count: int) -> list[dict[str, Any]]:
    """Those who are asked for."""
    return list(synthetic.stream(count, 7))


@contextmanager
def register(folder: Path, port: int, asked: list[dict[str, Any]], count: int) -> Iterator[Running]:
    """Our register with ``count`` people, among them those who are asked for."""
    kept = Kept(folder, _FILLING, len(asked), count)
    database = kept.database(port + 1)
    server = None
    key = ECKey.generate_key("P-256", auto_kid=True)
    origin = f"http://population.localhost:{port}"
    environment = {
        "PATH": os.environ["PATH"],
        "POPULATION_ORIGIN": origin,
        "POPULATION_LISTEN": f"127.0.0.1:{port}",
        "POPULATION_DATABASE_URL": kept.url(database, "population"),
        "POPULATION_KEYS_DIR": str(folder / "keys"),
        "POPULATION_EID_URL": "http://eid.localhost:1",
        "POPULATION_STAFF_EMAIL": "bench@example.vn",
        "SMTP_URL": "smtp://127.0.0.1:1",
        "POPULATION_TEST_ENVIRONMENT": "1",
        "POPULATION_ALARM_BURST": "1000000000",
    }
    client = {
        "client_id": CLIENT,
        "name": {"vi": "Đo hiệu năng", "en": "Bench"},
        "agency_code": "G22",
        "jwks": public_jwks(key),
        "purposes": ["claim", "campaign"],
        "grants": [],
        "quota_per_day": 2_000_000_000,
    }
    try:
        (folder / "clients.json").write_text(json.dumps([client]))
        _run(environment, "keys", "ensure")
        _run(environment, "migrate")
        _run(environment, "clients", "import", str(folder / "clients.json"))
        if not kept.filled:
            began = time.monotonic()
            lines = "".join(json.dumps(row) + "\n" for row in asked).encode()
            _run(environment, "people", "import", "-", "--first", stdin=lines)
            print(f"  {len(asked):,} people imported in {time.monotonic() - began:.0f} s", flush=True)
            _fill(environment["POPULATION_DATABASE_URL"], len(asked), count)
            _start_again(database)
            kept.keep()
        server = subprocess.Popen([_program(), "serve"], env=environment)
        with loopback.client(base_url=origin, timeout=30) as http:
            _wait(http)

            def token() -> str:
                form = {"grant_type": "client_credentials", "client_assertion_type": _ASSERTION}
                with loopback.client(base_url=origin, timeout=30) as fresh:
                    answer = fresh.post(
                        "/token", data=form | {"client_assertion": client_assertion(CLIENT, origin, key)}
                    )
                return str(answer.json()["access_token"])

            reference = f"portal_account:{uuid4()}"
            address = "/npd/v1/references/" + reference.replace(":", "/")
            http.put(address, json={}, headers={"Authorization": f"Bearer {token()}"}).raise_for_status()
        yield Running(port, token, reference, server.pid, database)
    finally:
        _stop(server)
        database.stop()


@contextmanager
def plain(folder: Path, port: int, asked: list[dict[str, Any]], count: int) -> Iterator[Running]:
    """The plain way (bench/peers/plain_register): Starlette, psycopg, a transaction for each call."""
    kept = Kept(folder, _FILLING, len(asked), count)
    database = kept.database(port + 1)
    server = None
    key = ECKey.generate_key("P-256", auto_kid=True)
    reference = f"portal_account:{uuid4()}"
    peer = ROOT / "bench/peers/plain_register"
    try:
        url = kept.url(database, "plain")
        if not kept.filled:
            _fill_plain(url, peer, asked, count)
            _start_again(database)
            kept.keep()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("insert into reference values (%s, %s, %s)", (CLIENT, *reference.split(":")))
        environment = {
            "PATH": os.environ["PATH"],
            "PEER_DATABASE_URL": url,
            "PEER_JWK": json.dumps(key.as_dict(private=False)),
        }
        words = ["-m", "uvicorn", "--app-dir", str(peer), "app:app", "--port", str(port), "--no-access-log"]
        server = subprocess.Popen([sys.executable, *words, "--log-level", "warning"], env=environment)
        with loopback.client(base_url=f"http://population.localhost:{port}", timeout=30) as http:
            _wait(http)
        token = sign({"client_id": CLIENT, "exp": int(time.time()) + 3600}, key, "at+jwt")
        yield Running(port, lambda: token, reference, server.pid, database)
    finally:
        _stop(server)
        database.stop()


def _fill_plain(url: str, peer: Path, asked: list[dict[str, Any]], count: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in (peer / "schema.sql").read_text().split(";"):
            connection.execute(statement)
        connection.execute("alter table person drop constraint person_pkey")
        with connection.cursor().copy("copy person from stdin") as rows:
            for row in asked:
                rows.write_row((row["personal_id"], row["full_name"], row["birth_date"], json.dumps(row)))
        connection.execute(_PEER_FILL, {"count": count - len(asked)})
        connection.execute("alter table person add primary key (personal_id)")
        connection.execute("vacuum (freeze, analyze)")


def _start_again(database: Postgres) -> None:
    """With the settings that are measured; what was written is on the disk."""
    with psycopg.connect(database.url("postgres"), autocommit=True) as admin:
        admin.execute("checkpoint")
    database.stop()
    database.start()


def _fill(url: str, real: int, count: int) -> None:
    began = time.monotonic()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create table bench_loaded as select {_COLUMNS} from person")  # noqa: S608
        connection.execute(_MADE, {"count": count - real})
    print(f"  {count:,} numbers made after {time.monotonic() - began:.0f} s", flush=True)
    with ThreadPoolExecutor(os.cpu_count()) as parts:
        list(parts.map(lambda part: _fill_part(url, part), range(16)))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop table bench_loaded, bench_made")
        connection.execute("vacuum (freeze, analyze) person")
        told = connection.execute("select count(*) from person").fetchone()
    print(f"  {told[0] if told else 0:,} people in the table after {time.monotonic() - began:.0f} s", flush=True)


def _fill_part(url: str, part: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(f"truncate person_{part:x}")
        connection.execute(_FILL_PART.format(part=part))


def _program() -> str:
    return str(Path(sys.executable).parent / "population")


def _run(environment: dict[str, str], *words: str, stdin: bytes | None = None) -> None:
    subprocess.run([_program(), *words], env=environment, input=stdin, check=True, stdout=subprocess.DEVNULL)


def _wait(http: Any) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if http.get("/healthz").status_code == 200:
                return
        except OSError:
            pass
        except Exception as fault:
            if "Connect" not in type(fault).__name__:
                raise
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


def _stop(server: subprocess.Popen[bytes] | None) -> None:
    if server is not None:
        server.terminate()
        server.wait(30)
