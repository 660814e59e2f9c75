"""A number that nobody has takes the same work: the same statements, the same opening of a sealed record."""

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from population.people.comparison import DECOY
from population.storage import people
from population.storage.database import connect
from population.storage.reader import Reader
from sandbox.postgres import Cluster
from wire.sealing import Sealer

from .conftest import DUYEN, Eid, Mailbox, Register, prepare

STATEMENT = re.compile(r"\[(\d+)\].*?LOG:  (?:execute [^:]*|statement): (.*?)(?=\n\S+ \S+ \S+ \[|\Z)", re.DOTALL)


class CountingSealer:
    """The register's own sealer, counting what is opened."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self.opened: list[str] = []

    def open(self, blob: bytes, context: str) -> str:
        self.opened.append(context)
        return self._sealer.open(blob, context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sealer, name)


@pytest.mark.parametrize("number", [DUYEN["personal_id"], "045185999999"], ids=["known", "unknown"])
def test_one_record_is_opened_whether_it_exists_or_not(register: Register, number: str) -> None:
    async def find() -> list[str]:
        sealer = CountingSealer(Sealer.load_or_create(register.keys_dir / "sealing.json"))
        url = register.environment["POPULATION_DATABASE_URL"]
        async with connect(url, sealer, size=1) as database:  # type: ignore[arg-type]
            reader = Reader(database, people.decoy(database, DECOY))
            found, exists = await reader.find(database.number_index(number))
            await reader.close()
        assert exists is (number == DUYEN["personal_id"])
        assert found.record.full_name
        return sealer.opened

    assert asyncio.run(find()) == ["person.record"]


@pytest.fixture
def talkative(
    make_database: Callable[[str], str], postgres_admin_url: str, eid: Eid, mailbox: Mailbox, tmp_path: Path
) -> Any:
    """A register whose database writes every statement into the server's log."""
    running = prepare(make_database("talkative"), tmp_path, eid.port, mailbox.port)
    role = running.environment["POPULATION_DATABASE_URL"].split("//")[1].split(":")[0]
    with psycopg.connect(postgres_admin_url, autocommit=True) as admin:
        admin.execute(f"alter role \"{role}\" set log_statement = 'all'")  # type: ignore[arg-type]
    running.serve()
    yield running
    running.stop()
    running.http.close()


def test_the_same_statements_run(talkative: Register, postgres_cluster: Cluster) -> None:
    national = talkative.callers["national"]
    log = postgres_cluster.folder / "log"
    national.verify(DUYEN)  # the connections are made
    seen = []
    for number in (DUYEN["personal_id"], "045185999991", DUYEN["personal_id"], "045185999992"):
        reference = national.account()
        start = log.stat().st_size
        assert national.verify(DUYEN | {"personal_id": number}, reference=reference).status_code == 200
        seen.append(statements_of_the_try(log, start))
    assert len(seen[0]) > 5
    assert seen[0] == seen[1] == seen[2] == seen[3]


def statements_of_the_try(log: Path, start: int) -> list[str]:
    """What the connection that reads people and the one that writes the access log executed for one try."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        text = log.read_bytes()[start:].decode("utf-8", "replace")
        by_process: dict[str, list[str]] = {}
        for process, statement in STATEMENT.findall(text):
            by_process.setdefault(process, []).append(" ".join(statement.split("DETAIL:")[0].split()))
        reads = [ran for ran in by_process.values() if any("join person" in one for one in ran)]
        writes = [ran for ran in by_process.values() if any(one.startswith("with counted as") for one in ran)]
        if reads and writes and "commit" in writes[0]:
            return reads[0] + writes[0][: writes[0].index("commit") + 1]
        time.sleep(0.05)
    raise AssertionError("no try in the log")
