"""pytest plugin: a real PostgreSQL, a real running country, a real browser.

Everything is made for one test session in folders and on ports of its own, so tests run beside a running country.
A campaign that runs hundreds of sessions lends them one server (`LENT_SERVER`): then a database that was filled once
is copied, not filled again.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.browsing import chromium_browser, new_page
from sandbox.own_country import PreparedCountry, RunningCountry
from sandbox.postgres import Cluster

LENT_SERVER = "MOTCUA_TEST_POSTGRES"  # "port password folder" of a server that outlives the session


def free_port() -> int:
    """A port on loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A PostgreSQL server that ends with the session; not durable, because its data die with it."""
    if lent := os.environ.get(LENT_SERVER):
        port, password, home = lent.split(" ", 2)
        yield Cluster(Path(home), int(port), password)
        return
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


@pytest.fixture(scope="session")
def make_filled_database(
    postgres_cluster: Cluster, make_database: Callable[[str], str]
) -> Callable[[str, Callable[[str], None]], str]:
    """`make_filled_database("portal", fill) -> url`: a database in which `fill(url)` has run."""

    def make(name: str, fill: Callable[[str], None]) -> str:
        if LENT_SERVER not in os.environ:
            url = make_database(name)
            fill(url)
            return url
        password = hashlib.sha256(postgres_cluster.password.encode()).hexdigest()
        return postgres_cluster.copy_of_filled(f"filled_{name}", password, fill, f"{name}_{secrets.token_hex(4)}")

    return make


@pytest.fixture(scope="session")
def prepared_country() -> Iterator[PreparedCountry]:
    """Made once for the session; `country` is what tests use."""
    prepared = PreparedCountry()
    yield prepared
    prepared.forget()


@pytest.fixture(scope="module")
def country(prepared_country: PreparedCountry) -> Iterator[RunningCountry]:
    """A fresh country for each test module, whose clock it may move."""
    with prepared_country.fresh() as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's Chromium under Playwright. One per module: its event loop would stand in asyncio tests' way."""
    with chromium_browser() as browser:
        yield browser


@pytest.fixture
def new_browser(chromium: Any) -> Iterator[Callable[..., Any]]:
    """`new_browser(width=320, javascript=False)`: a page of a fresh profile (cookies of its own), Vietnamese."""
    pages = []

    def make(**options: Any) -> Any:
        pages.append(new_page(chromium, **options))
        return pages[-1]

    yield make
    for page in pages:
        page.context.close()
