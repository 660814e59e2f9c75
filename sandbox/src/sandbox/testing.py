"""pytest plugin: a real, private PostgreSQL for a test session, and databases with roles of their own in it."""

from __future__ import annotations

import secrets
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.postgres import Cluster


def free_port() -> int:
    """A port on loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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
