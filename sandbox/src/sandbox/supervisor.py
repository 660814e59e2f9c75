"""Starts the country step by step, waits until every part is healthy, and ends it without leaving a process.

The steps are numbered and idempotent: whatever was done before (keys, migrations, seed) is found done.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import IO

import httpx

from sandbox import clock, registration, seeding, stamps
from sandbox.country import (
    OUTBOX_OFFSET,
    POSTGRES_OFFSET,
    SMTP_OFFSET,
    SYSTEMS,
    Deployment,
    System,
    public_names,
)
from sandbox.places import BEHIND_TLS, Fault, Places, refuse_taken_ports
from sandbox.postgres import Cluster
from sandbox.processes import Process, end_together, run_to_end
from sandbox.tls import Authority
from wire import loopback

HEALTH_SECONDS = 120


class Supervisor:
    """One running country."""

    def __init__(
        self,
        places: Places,
        *,
        people: int,
        say: Callable[[str], None],
        durable: bool = True,
        nightly: bool = True,
    ) -> None:
        self.places, self.people, self.say, self.nightly = places, people, say, nightly
        self.run_id = secrets.token_hex(8)
        self.cluster = Cluster(places.state / "postgres", places.base + POSTGRES_OFFSET, "", durable)
        self.processes: list[Process] = []
        self.stopping = threading.Event()
        self._lock: IO[str] | None = None

    def start(self) -> Deployment:
        """All steps. On any fault what was started is ended again: nothing stays half-started."""
        began = time.monotonic()
        self.places.make()
        self._take_lock()
        try:
            refuse_taken_ports(self._ports())
            country = self._start_parts()
        except BaseException:
            self.stop()
            raise
        self.say(f"ready in {time.monotonic() - began:.1f} s")
        return country

    def _start_parts(self) -> Deployment:
        with self._step("assets and translations"):
            registration.build_assets(self.places)
        clock.ensure(self.places)
        if self.places.behind_tls:
            with self._step("TLS"):
                self._start_tls()
        with self._step("PostgreSQL"):
            country = self._start_databases()
        with self._step("outbox"):
            self._start_outbox(country)
        with self._step("keys and tables"), ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda system: self._prepare(country, system), SYSTEMS))
        with self._step("agreements between the agencies"):
            registration.exchange(country)
        with self._step(f"made-up people ({self.people:,} in the register)"):
            seeding.seed(country, self.people)
        with self._step("systems"):
            self._start_systems(country)
            self._wait_until_healthy(country)
        with self._step("portals know each other"):
            registration.introduce(country)
        if self.nightly:
            self._start_nightly()
        self._write_run_file()
        return country

    def stop(self) -> None:
        """Ends every process that this supervisor started; the database last."""
        self.stopping.set()
        forced = end_together(self.processes)
        for name in forced:
            self.say(f"{name} did not end by itself and was killed")
        self.cluster.stop()
        (self.places.state / "run" / "country.json").unlink(missing_ok=True)
        if self._lock:
            self._lock.close()
            self._lock = None

    def watch(self) -> None:
        """Waits until asked to stop; tells once when a process has ended by itself."""
        told: set[str] = set()
        while not self.stopping.wait(1):
            for process in self.processes:
                if process.ended is not None and process.name not in told:
                    told.add(process.name)
                    self.say(f"{process.name} ended by itself (code {process.ended}); see {process.log}")

    def _take_lock(self) -> None:
        path = self.places.state / "run" / "lock"
        self._lock = path.open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            raise Fault("the country of this clone is already running: ./motcua status, or ./motcua down") from None
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()

    def _ports(self) -> dict[int, str]:
        base = self.places.base
        named = {base + system.offset: system.name for system in SYSTEMS}
        named[base + OUTBOX_OFFSET] = "outbox"
        if self.places.behind_tls:
            named |= {port + BEHIND_TLS: name for port, name in named.items()}
        return named | {base + SMTP_OFFSET: "mail", base + POSTGRES_OFFSET: "PostgreSQL"}

    def _start_databases(self) -> Deployment:
        self.cluster.password = self.places.secret("postgres")
        self.cluster.initialise()
        self.cluster.start(self.places.logs / "postgres.log")
        urls = {s.name: self.cluster.create_database(s.name, self.places.secret(f"db-{s.name}")) for s in SYSTEMS}
        return Deployment(self.places, urls, self.run_id)

    def _start_tls(self) -> None:
        Authority(self.places.tls).ensure(public_names())
        self.places.trust_own_ca()
        offsets = [OUTBOX_OFFSET, *(system.offset for system in SYSTEMS)]
        routes = [f"{self.places.base + offset}={self.places.base + offset + BEHIND_TLS}" for offset in offsets]
        words = [sys.executable, "-m", "sandbox.tls", str(self.places.tls), *routes]
        environment = {"PATH": os.environ.get("PATH", "")}
        self._launch(Process("tls", words, environment, self.places.logs / "tls.log"))

    def _start_outbox(self, country: Deployment) -> None:
        words = [sys.executable, "-m", "sandbox.outbox"]
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "OUTBOX_ORIGIN": country.outbox,
            "OUTBOX_LISTEN": self.places.listen(OUTBOX_OFFSET),
            "OUTBOX_SMTP_LISTEN": f"127.0.0.1:{self.places.base + SMTP_OFFSET}",
            "OUTBOX_TOKEN": self.places.secret("sms-gateway"),
            "OUTBOX_FILE": str(self.places.state / "outbox.ndjson"),
            "MOTCUA_COUNTRY_TIME": f"@{self.places.clock}",
            "MOTCUA_RUN_ID": self.run_id,
        }
        self._launch(Process("outbox", words, environment, self.places.logs / "outbox.log"))

    def _prepare(self, country: Deployment, system: System) -> None:
        environment, log = country.environment(system), self.places.logs / f"{system.name}.log"

        def act() -> None:
            (self.places.keys / system.name).mkdir(mode=0o700, exist_ok=True)
            keys = run_to_end(system.words("keys", "ensure"), environment, log)
            (self.places.keys / f"{system.name}.jwks.json").write_text(keys)
            run_to_end(system.words("check"), environment, log)
            run_to_end(system.words("migrate"), environment, log)

        settled = {name: value for name, value in environment.items() if name != "MOTCUA_RUN_ID"}
        program = self.places.root / "systems" / system.program / "src"
        stamps.once(self.places, f"prepare-{system.name}", [settled, stamps.sources(program)], act)

    def _start_systems(self, country: Deployment) -> None:
        for system in SYSTEMS:
            for verb in system.long_running:
                name = system.name if verb == "serve" else f"{system.name}-{verb}"
                words, environment = system.words(verb), country.environment(system)
                self._launch(Process(name, words, environment, self.places.logs / f"{name}.log"))

    def _start_nightly(self) -> None:
        environment = dict(os.environ) | {
            "MOTCUA_STATE": str(self.places.state),
            "MOTCUA_PORT_BASE": str(self.places.base),
            "MOTCUA_RUN_ID": self.run_id,
        }
        words = [sys.executable, "-m", "sandbox.nightly"]
        self._launch(Process("nightly", words, environment, self.places.logs / "nightly.log"))

    def _launch(self, process: Process) -> None:
        process.start()
        self.processes.append(process)

    def _wait_until_healthy(self, country: Deployment) -> None:
        waiting = {country.outbox: "outbox"} | {country.origin(s): s.name for s in SYSTEMS}
        until = time.monotonic() + HEALTH_SECONDS
        with loopback.client() as http:
            while waiting and time.monotonic() < until:
                for process in self.processes:
                    if process.ended is not None:
                        raise Fault(f"{process.name} ended at once (code {process.ended}); see {process.log}")
                for origin in list(waiting):
                    if is_healthy(http, origin, self.run_id):
                        del waiting[origin]
                time.sleep(0.1)
        if waiting:
            raise Fault(f"{', '.join(waiting.values())} not healthy after {HEALTH_SECONDS} s; see {self.places.logs}")

    def _write_run_file(self) -> None:
        facts = {
            "run_id": self.run_id,
            "supervisor": os.getpid(),
            "base": self.places.base,
            "processes": {p.name: p.pid for p in self.processes},
        }
        path = self.places.state / "run" / "country.json"
        draft = path.with_suffix(".tmp")
        draft.write_text(json.dumps(facts))
        draft.rename(path)

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.say(f"  ✓ {name} ({time.monotonic() - began:.1f} s)")


def is_healthy(http: httpx.Client, origin: str, run_id: str) -> bool:
    """Whether the process of this very run answers at `origin` and finds its database."""
    try:
        answer = http.get(f"{origin}/healthz")
        return answer.status_code == 200 and answer.json().get("run_id") == run_id
    except (httpx.HTTPError, ValueError):
        return False


def stop_on_signals(supervisor: Supervisor) -> None:
    """Ctrl-C and `down` (SIGTERM) end the watch; the ending itself happens in the main thread."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: supervisor.stopping.set())
