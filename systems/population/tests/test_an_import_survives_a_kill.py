"""An import that is killed at any of its steps leaves nothing half done, and the same file again makes it whole."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

import synthetic
from population.loading import BATCH
from synthetic import demo

from .conftest import Eid, Mailbox, Register, prepare

STEPS = 2
ROWS = STEPS * BATCH
# The file is read, and after so many rows the process kills itself: before the first, after each batch, just before the
# commit (the last batch is full), and just after it.
CHILD = """
import asyncio, os, signal, sys
from population import keys, loading, settings
from population.people import import_rows
from population.storage import database

die_at = int(sys.argv[1])

def die(read):
    if read >= die_at >= 0:
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    loaded = settings.load()
    async with database.connect(loaded.database_url, keys.sealer(loaded.keys_dir), size=2) as opened:
        die(0)
        await loading.load(opened, import_rows.lines_of(sys.stdin.buffer), say=die)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


COUNTS = "select (select count(*) from person), (select count(*) from feed), (select newest from subscriber)"


@pytest.fixture(scope="module")
def killed(
    make_database: Callable[[str], str], eid: Eid, mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Register]:
    made = prepare(make_database("killed"), tmp_path_factory.mktemp("killed"), eid.port, mailbox.port)
    made.sql("insert into subscriber values ('eid', 'http://eid.localhost:1/x', array['birth'], 'everybody')")
    made.sql("insert into feed_cursor (client_id) values ('eid')")
    yield made
    made.http.close()


def test_every_step_is_killed_and_the_file_comes_in_whole_and_once(killed: Register) -> None:
    rows = list(synthetic.stream(ROWS, 5))
    lines, alive = "".join(demo.ndjson(iter(rows))).encode(), sum(row["state"] == "live" for row in rows)
    before = killed.sql("select count(*) from person")[0][0]
    for step in range(STEPS + 2):
        die_at = step * BATCH if step <= STEPS else -1
        done = subprocess.run(
            [sys.executable, "-c", CHILD, str(die_at)],
            env=killed.environment,
            input=lines,
            capture_output=True,
            check=False,
        )
        assert done.returncode == -9, done.stderr.decode()
        kept, told = (ROWS, alive) if die_at < 0 else (0, 0)
        counts = killed.sql(COUNTS)
        assert counts == [(before + kept, told, told)], f"killed at {die_at}"
    again = killed.run("people", "import", "-", stdin=lines)
    assert f"{ROWS} people read, 0 new or changed" in again.stdout.decode()
    assert killed.sql("select count(*), count(distinct position), max(position) from feed") == [(alive, alive, alive)]
