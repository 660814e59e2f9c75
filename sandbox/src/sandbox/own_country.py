"""A whole country of one's own, for tests and the demo: folder, ports, clock, mailbox, and parts to take away."""

from __future__ import annotations

import re
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import clock
from sandbox.country import SYSTEMS, Deployment
from sandbox.places import Places, workspace
from sandbox.supervisor import Supervisor, is_healthy
from wire import loopback

CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
PORTS_IN_A_ROW = 20  # ten of the country, and up to six more behind TLS
MESSAGE_SECONDS = 10
BACK_SECONDS = 30


def free_port_base() -> int:
    """The first of twenty ports in a row that were free a moment ago; below the range that the kernel hands out."""
    for _ in range(200):
        base = 10_000 + secrets.randbelow(1_000) * PORTS_IN_A_ROW
        probes = [socket.socket() for _ in range(PORTS_IN_A_ROW)]
        try:
            for offset, probe in enumerate(probes):
                probe.bind(("127.0.0.1", base + offset))
        except OSError:
            continue
        else:
            return base
        finally:
            for probe in probes:
                probe.close()
    raise RuntimeError("no twenty free ports in a row")


@dataclass
class RunningCountry:
    """A country made for tests: origins, the clock, the mailbox, and the processes to take away."""

    supervisor: Supervisor
    deployment: Deployment

    def origin(self, name: str) -> str:
        """`http://national.localhost:PORT`, for the outbox too."""
        named = {system.name: self.deployment.origin(system) for system in SYSTEMS}
        return named.get(name) or self.deployment.outbox

    def move_clock(self, text: str) -> None:
        """Moves the country's time forward: `"2024-06-30 23:59:50"`."""
        clock.move(self.deployment.places, text)

    def messages(self, to: str = "", since: int = 0) -> list[dict[str, Any]]:
        """What the systems sent, newest last."""
        with loopback.client() as http:
            answer = http.get(f"{self.deployment.outbox}/api/messages", params={"to": to, "since": since})
            found: list[dict[str, Any]] = answer.json()
            return found

    def last_message_id(self) -> int:
        found = self.messages()
        return int(found[-1]["id"]) if found else 0

    def code_for(self, to: str, since: int = 0) -> str:
        """The newest one-time code sent to `to` after message `since`; waits a few seconds for it."""
        until = time.monotonic() + MESSAGE_SECONDS
        while time.monotonic() < until:
            for message in reversed(self.messages(to, since)):
                if found := CODE.search(str(message["text"])):
                    return found.group()
            time.sleep(0.05)
        raise AssertionError("no one-time code arrived")

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """Takes a process away (`"population"`) and starts it again at the end."""
        process = next(p for p in self.supervisor.processes if p.name == name)
        if process.popen:
            process.popen.terminate()
            process.popen.wait(15)
        try:
            yield
        finally:
            process.start()
            self._wait_for(name)

    def settle(self) -> None:
        """A moment for the workers: what was queued a moment ago is on its way."""
        time.sleep(0.1)

    def _wait_for(self, name: str) -> None:
        until = time.monotonic() + BACK_SECONDS
        with loopback.client() as http:
            while time.monotonic() < until:
                if is_healthy(http, self.origin(name), self.deployment.run_id):
                    return
                time.sleep(0.05)
        raise AssertionError(f"{name} did not come back")


@contextmanager
def running_country(
    people: int = 200, say: Callable[[str], None] = lambda _line: None, places: Places | None = None
) -> Iterator[RunningCountry]:
    """A whole country in a folder and on ports of its own; its processes and, unless given, its folder end with it."""
    own = places is None
    places = places or Places(workspace(), Path(tempfile.mkdtemp(prefix="motcua-country-")), free_port_base())
    supervisor = Supervisor(places, people=people, say=say, durable=False, nightly=False)
    try:
        yield RunningCountry(supervisor, supervisor.start())
    finally:
        supervisor.stop()
        if own:
            shutil.rmtree(places.state, ignore_errors=True)


class PreparedCountry:
    """A country made once and then brought back to its first minute as often as wanted, on the same ports.

    Creating and seeding is the slow part of a start; a copy of the stopped state folder is not.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="motcua-prepared-"))
        self._places = Places(workspace(), self._folder / "state", free_port_base())
        with running_country(places=self._places):
            pass
        shutil.copytree(self._places.state, self._folder / "first-minute", symlinks=True)

    @contextmanager
    def fresh(self) -> Iterator[RunningCountry]:
        """The country at 14:49 on 4 May 2024, with nothing done in it yet. One at a time."""
        shutil.rmtree(self._places.state)
        shutil.copytree(self._folder / "first-minute", self._places.state, symlinks=True)
        self._places.clock.unlink()
        with running_country(places=self._places) as running:
            yield running

    def forget(self) -> None:
        """Removes the folders."""
        shutil.rmtree(self._folder, ignore_errors=True)
