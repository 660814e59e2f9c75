"""Keys rotate, a worker is killed, PostgreSQL restarts, all under load: no wrong token, no double redemption, errors

only while the database is away, and each says "try again" (RFC 6749 5.2, RFC 9110 10.2.3), never no.
`./motcua prove load-faults` runs the same for many minutes, with crashes of PostgreSQL too.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import psycopg
import pytest
from eid_harness.load import Citizen, Record
from eid_harness.register import Register
from eid_harness.running import RunningEid
from eid_harness.servers import Gateway
from eid_harness.world import World, made_up, numbers

from eid import keys
from sandbox.postgres import Cluster
from sandbox.testing import free_port

SECONDS = float(os.environ.get("MOTCUA_FAULT_SECONDS", "0"))
TOLD = os.environ.get("MOTCUA_FAULT_RESULT", "")
CITIZENS = 4
SETTLED = 1.5  # after PostgreSQL answers again, until pools have thrown away what broke
BREAKS = 3.0  # after another worker took its place, a connection to the killed one may still be found broken
STARTS = 60.0  # a worker needs half a second of CPU to load; on a busy machine that takes a while
FROZEN = 8.0  # longer than uvicorn waits by default before it throws away a worker that does not answer


@dataclass
class Conductor:
    """Does the harm, and notes when."""

    eid: RunningEid
    cluster: Cluster
    log: Path
    away: list[tuple[float, float]] = field(default_factory=list)
    kills: list[tuple[float, float]] = field(default_factory=list)
    freezes: int = 0
    rotations: list[float] = field(default_factory=list)
    at_once: list[float] = field(default_factory=list)

    def rotate(self) -> None:
        """As an operator does: the next key has been published for as long as the JWKS may be kept."""
        path = Path(self.eid.environment["EID_KEYS_DIR"]) / keys.SIGNING_FILE
        stored = [msgspec.structs.replace(key, since=0) if key.state == "next" else key for key in keys._read(path)]
        keys._replace(path, stored)
        self.eid.verb("keys", "rotate")
        self.rotations.append(time.monotonic())

    def rotate_at_once(self) -> None:
        """As after a theft: nobody waits for those who keep the JWKS."""
        self.at_once.append(time.monotonic())
        self.eid.verb("keys", "rotate", "--at-once")

    def kill_a_worker(self) -> None:
        """One at a time: the next act waits until another worker serves in its place."""
        before, began = self.workers(), time.monotonic()
        os.kill(random.choice(sorted(before)), signal.SIGKILL)
        while len(self.workers() & before) == len(before) or sum(map(self.serves, self.workers())) < len(before):
            assert time.monotonic() < began + STARTS, "no worker took the place of the killed one"
            time.sleep(0.2)
        self.kills.append((began, time.monotonic()))

    def freeze_a_worker(self) -> None:
        """As a machine does that has no time for it: what it accepted waits, and nothing breaks."""
        before = self.workers()
        frozen = random.choice(sorted(before))
        os.kill(frozen, signal.SIGSTOP)
        time.sleep(FROZEN)
        os.kill(frozen, signal.SIGCONT)
        time.sleep(1.0)
        assert self.workers() == before, "a worker that was only slow was thrown away"
        self.freezes += 1

    def serves(self, pid: int) -> bool:
        """A worker that has loaded watches the listening socket (`tfd` of its epoll, proc(5))."""
        port = f":{int(self.eid.environment['EID_LISTEN'].rpartition(':')[2]):04X}"
        process = Path(f"/proc/{pid}")
        try:
            rows = [line.split() for line in (process / "net/tcp").read_text().splitlines()]
            listening = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(port) and row[3] == "0A"}
            watched = {
                line.split()[1]
                for info in (process / "fdinfo").iterdir()
                for line in info.read_text().splitlines()
                if line.startswith("tfd:")
            }
            return any(os.readlink(process / "fd" / number) in listening for number in watched)
        except OSError:
            return False

    def workers(self) -> set[int]:
        """The processes that serve: children of the one that was started."""
        found = set()
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                words = stat.read_text().rpartition(")")[2].split()
                command = (stat.parent / "cmdline").read_bytes()
            except OSError:
                continue
            if int(words[1]) == self.eid.processes[0].pid and words[0] != "Z" and b"spawn_main" in command:
                found.add(int(stat.parent.name))
        return found

    def restart_database(self, *, crash: bool = False, seconds: float = 1.0) -> None:
        """A worker ends too: the one that takes its place begins without a database."""
        began = time.monotonic()
        process = self.cluster.process
        assert process is not None
        if crash:
            process.send_signal(signal.SIGQUIT)
            process.wait(20)
        self.cluster.stop()
        self.kill_a_worker()
        time.sleep(seconds)
        self.cluster.start(self.log)
        self.away.append((began, time.monotonic() + SETTLED))
        time.sleep(SETTLED)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A durable PostgreSQL of this test's own: what it acknowledged is still there afterwards."""
    folder = tmp_path_factory.mktemp("pg")
    cluster = Cluster(folder, free_port(), secrets.token_urlsafe(18))
    cluster.initialise()
    cluster.start(folder / "log")
    yield cluster
    cluster.stop()


def test_no_fault_under_load_makes_a_wrong_token_or_a_wrong_no(
    new_eid: Callable[..., RunningEid], register: Register, gateway: Gateway, cluster: Cluster
) -> None:
    eid = new_eid(
        register.origin,
        EID_WORKERS="2",
        EID_DATABASE_URL=cluster.create_database("eid_load", secrets.token_urlsafe(18)),
    )
    record, halt = Record(), threading.Event()
    world = World(eid, gateway, register, None, None, None, numbers(800_000))  # type: ignore[arg-type]
    people = [made_up(810_000 + number) for number in range(CITIZENS)]
    citizens = [Citizen(world, number, person, record, halt) for number, person in enumerate(people)]
    eid.register(*(rp.metadata() for citizen in citizens for rp in (citizen.fapi, citizen.plain)))
    eid.import_people(*(person.line() for person in people))
    eid.start()
    conductor = Conductor(eid, cluster, cluster.folder / "log")
    for citizen in citizens:
        citizen.begin()
    began = time.monotonic()
    for citizen in citizens:
        citizen.thread.start()
    try:
        conduct(conductor, began)
        flows = record.done["flow"]
        time.sleep(1.0)
    finally:
        halt.set()
        for citizen in citizens:
            citizen.thread.join(40)
    tell(record, conductor, time.monotonic() - began)
    judge(record, conductor, cluster)
    assert record.done["flow"] > flows, f"after it all nothing works: {record.done}"


def conduct(conductor: Conductor, began: float) -> None:
    """One of each in the short run; in the long one the same in any order, and crashes."""
    time.sleep(0.5)
    conductor.rotate()
    conductor.kill_a_worker()
    conductor.restart_database(crash=False)
    conductor.rotate_at_once()
    chance = random.Random(int(began))
    while time.monotonic() < began + SECONDS:
        acts = (conductor.rotate, conductor.rotate_at_once, conductor.kill_a_worker, conductor.freeze_a_worker, None)
        act = chance.choice(acts)
        if act:
            act()
        else:
            conductor.restart_database(crash=chance.random() < 0.5, seconds=chance.uniform(0, 4))
        time.sleep(chance.uniform(0.5, 6))


def judge(record: Record, conductor: Conductor, cluster: Cluster) -> None:
    assert not record.wrong, record.wrong[:5]
    twice = {code: count for code, count in record.redeemed.items() if count > 1}
    assert not twice, "codes redeemed more than once"
    assert not [token for token, found in record.successors.items() if len(found) > 1], "a refresh token had two heirs"
    late = [said for at, said in record.unavailable if not any(a <= at <= b for a, b in conductor.away)]
    assert not late, f"unavailable while the database was there: {late[:10]}"
    assert not record.unanswered, f"no answer within the clients' 30 s: {record.unanswered[:10]}"
    odd = [said for at, said in record.broken if not any(a <= at <= b + BREAKS for a, b in conductor.kills)]
    assert not odd, f"connections broke though no worker was killed: {odd[:10]}"
    early = [at for at in record.unknown_kids if not conductor.at_once or at < conductor.at_once[0]]
    assert not early, "a rotation in good time surprised somebody who kept the JWKS"
    with psycopg.connect(cluster.url.rsplit("/", 1)[0] + "/eid_load") as admin:
        [(grants, given)] = admin.execute(
            "select (select count(*) from grants where code_hash is not null),"
            " (select count(*) from audit where event = 'code_given')"
        )
    assert grants == given, "a grant without its audit record, or the other way round"


def tell(record: Record, conductor: Conductor, seconds: float) -> None:
    if not TOLD:
        return
    told = {
        "seconds": round(seconds),
        "answers": dict(sorted(record.done.items())),
        "unavailable": len(record.unavailable),
        "unanswered": len(record.unanswered),
        "broken_connections": len(record.broken),
        "codes_redeemed": sum(record.redeemed.values()),
        "refresh_tokens_used": len(record.successors),
        "unknown_kids_fetched": len(record.unknown_kids),
        "rotations": len(conductor.rotations),
        "rotations_at_once": len(conductor.at_once),
        "workers_killed": len(conductor.kills),
        "slowest_replacement_seconds": round(max(b - a for a, b in conductor.kills), 1),
        "workers_frozen": conductor.freezes,
        "database_restarts": len(conductor.away),
        "seconds_away": round(sum(b - a for a, b in conductor.away), 1),
        "wrong": record.wrong[:10],
    }
    Path(TOLD).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
