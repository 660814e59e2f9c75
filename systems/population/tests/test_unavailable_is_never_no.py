"""While the database is away the register says so; it says neither "no match" nor "not found"."""

import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from .conftest import DUYEN, Eid, Mailbox, Register, prepare


@pytest.fixture(scope="module")
def lonely(
    make_database: Callable[[str], str], eid: Eid, mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Register]:
    """A register of its own, whose database can be taken away."""
    running = prepare(make_database("lonely"), tmp_path_factory.mktemp("lonely"), eid.port, mailbox.port)
    running.serve()
    yield running
    running.stop()
    running.http.close()


def test_a_lost_database_is_unavailable_and_comes_back(lonely: Register, postgres_admin_url: str) -> None:
    national = lonely.callers["national"]
    reference = national.account()
    name = lonely.environment["POPULATION_DATABASE_URL"].rsplit("/", 1)[1]
    with psycopg.connect(postgres_admin_url, autocommit=True) as admin:
        # Several times: a connection that is cut at another moment fails in another way.
        for _ in range(5):
            admin.execute(f'alter database "{name}" connection limit 0')  # type: ignore[arg-type]
            try:
                admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
                refuses_to_guess(lonely, reference)
            finally:
                admin.execute(f'alter database "{name}" connection limit -1')  # type: ignore[arg-type]
            wait_until_well(lonely)
    assert lonely.http.get("/healthz").json() == {"system": "population", "run_id": "test-run", "ok": True}
    assert national.verify(DUYEN, reference=reference).json()["overall"] == "MATCH"


def refuses_to_guess(lonely: Register, reference: str) -> None:
    national = lonely.callers["national"]
    for _ in range(2):
        answer = national.verify(DUYEN, reference=reference)
        assert answer.status_code == 503, lonely.stderr.read_text()
        assert answer.json()["error"] == "temporarily_unavailable"
        assert "overall" not in answer.json()
        assert answer.headers["retry-after"] == "5"
    assert lonely.http.get("/healthz").status_code == 503
    assert lonely.http.get("/healthz").json()["ok"] is False
    assert national.ask_token(national.assertion()).status_code == 503


def wait_until_well(lonely: Register) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until and lonely.http.get("/healthz").status_code != 200:
        time.sleep(0.05)


def test_a_damaged_record_is_unavailable_too(lonely: Register) -> None:
    lonely.sql("update person set record = decode('00', 'hex')")
    answer = lonely.callers["national"].verify(DUYEN)
    assert answer.status_code == 503, lonely.stderr.read_text()
