"""pytest plugin: a real PostgreSQL, a real running country, a real browser.

Everything is made for one test session in folders and on ports of its own, so tests run beside a running country.
"""

from __future__ import annotations

import re
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox import clock
from sandbox.country import SYSTEMS, Deployment
from sandbox.places import Places, workspace
from sandbox.postgres import Cluster
from sandbox.supervisor import Supervisor
from wire import loopback

CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
PORTS_IN_A_ROW = 10
MESSAGE_SECONDS = 10
BROWSER_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


def free_port() -> int:
    """A port on loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def free_port_base() -> int:
    """The first of ten ports in a row that were free a moment ago; below the range that the kernel hands out."""
    for _ in range(200):
        base = 10_000 + secrets.randbelow(2_000) * PORTS_IN_A_ROW
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
    raise RuntimeError("no ten free ports in a row")


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A PostgreSQL server that ends with the session; not durable, because its data die with it."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-test-pg-"))
    cluster = Cluster(folder, free_port(), secrets.token_urlsafe(18), durable=False)
    try:
        cluster.initialise()
        cluster.start(folder / "log")
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_admin_url(postgres_cluster: Cluster) -> str:
    """URL of the superuser of the session's PostgreSQL."""
    return postgres_cluster.url


@pytest.fixture(scope="session")
def make_database(postgres_cluster: Cluster) -> Callable[[str], str]:
    """`make_database("eid") -> url`: a fresh role and database; the name gets a random end."""

    def make(name: str) -> str:
        return postgres_cluster.create_database(f"{name}_{secrets.token_hex(4)}", secrets.token_urlsafe(18))

    return make


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

    def _wait_for(self, name: str) -> None:
        until = time.monotonic() + 30
        with loopback.client() as http:
            while time.monotonic() < until:
                try:
                    if http.get(f"{self.origin(name)}/healthz").status_code == 200:
                        return
                except OSError:
                    pass
                except Exception as fault:
                    if "Connect" not in type(fault).__name__:
                        raise
                time.sleep(0.05)
        raise AssertionError(f"{name} did not come back")


@contextmanager
def running_country(people: int = 200) -> Iterator[RunningCountry]:
    """A whole country in a folder and on ports of its own; gone at the end."""
    state = Path(tempfile.mkdtemp(prefix="motcua-test-country-"))
    places = Places(workspace(), state, free_port_base())
    supervisor = Supervisor(places, people=people, say=lambda _line: None)
    try:
        yield RunningCountry(supervisor, supervisor.start())
    finally:
        supervisor.stop()
        shutil.rmtree(state, ignore_errors=True)


@pytest.fixture(scope="session")
def country() -> Iterator[RunningCountry]:
    """One country for the session. Its clock must not be moved: tests that pass the date use `own_country`."""
    with running_country() as running:
        yield running


@pytest.fixture(scope="module")
def own_country() -> Iterator[RunningCountry]:
    """A country of the test module's own, whose clock it may move."""
    with running_country() as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's Chromium under Playwright. One per module: its event loop would stand in asyncio tests' way."""
    from playwright.sync_api import sync_playwright

    from sandbox.proofs import find_chromium

    path = find_chromium(install=False)
    with (
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)) as browser,
    ):
        yield browser


@pytest.fixture
def new_browser(chromium: Any) -> Iterator[Callable[..., Any]]:
    """`new_browser(width=320, javascript=False)`: a page of a fresh profile (cookies of its own), Vietnamese."""
    contexts = []

    def make(*, width: int = 1280, height: int = 900, javascript: bool = True, language: str = "vi-VN") -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale=language, java_script_enabled=javascript
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
