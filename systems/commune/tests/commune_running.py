"""A really running site: its own database, the verbs an operator uses, Granian on a port of loopback."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from sandbox.testing import free_port

PASSWORD = "mat-khau-rieng-2024"
ORIGIN = "http://tanthanh.localhost:8605"
SETTINGS = {
    "COMMUNE_ORIGIN": ORIGIN,
    "COMMUNE_LISTEN": "127.0.0.1:8605",
    "COMMUNE_NAME_VI": "Xã Tân Thành",
    "COMMUNE_DISTRICT_VI": "Hướng Hóa",
    "COMMUNE_PROVINCE_VI": "Quảng Trị",
    "COMMUNE_PHONE": "0233 000 0001",
    "COMMUNE_PORTAL_NATIONAL_URL": "http://national.localhost:8603",
    "COMMUNE_PORTAL_PROVINCE_URL": "http://quangtri.localhost:8604",
    "COMMUNE_FORMER_HOSTS": "xacu.localhost",
    "COMMUNE_TEST_ENVIRONMENT": "1",
}


@dataclass(frozen=True)
class RunningSite:
    """Where the site answers, its environment, and the file that holds the country's offset."""

    origin: str
    environment: dict[str, str]
    clock: Path

    def verb(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs `commune …` and returns what it said."""
        return subprocess.run(
            [sys.executable, "-m", "commune.cli", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


def get(site: RunningSite, path: str, **options: Any) -> httpx.Response:
    """GET over loopback with the site's host name."""
    port = site.origin.rpartition(":")[2]
    headers = {"host": site.origin.removeprefix("http://"), **options.pop("headers", {})}
    return httpx.get(f"http://127.0.0.1:{port}{path}", headers=headers, timeout=20, **options)


def _wait_until_it_answers(site: RunningSite, process: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        if process.poll() is not None:
            raise RuntimeError("the site ended before it answered")
        try:
            if get(site, "/healthz").json()["run_id"] == site.environment["MOTCUA_RUN_ID"]:
                return
        except (httpx.TransportError, ValueError, KeyError):
            pass
        time.sleep(0.2)
    raise RuntimeError("the site did not answer within 30 seconds")


@contextmanager
def served(site: RunningSite) -> Iterator[RunningSite]:
    """`commune serve` until the block ends."""
    process = subprocess.Popen([sys.executable, "-m", "commune.cli", "serve"], env=site.environment)
    try:
        _wait_until_it_answers(site, process)
        yield site
    finally:
        process.terminate()
        process.wait(15)


def prepared_site(settings: dict[str, str], database_url: str, folder: Path, offset: float) -> RunningSite:
    """The environment of a site on a free port, with a clock of its own."""
    port = free_port()
    clock = folder / "clock"
    clock.write_text(repr(offset))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        **settings,
        "COMMUNE_ORIGIN": f"http://tanthanh.localhost:{port}",
        "COMMUNE_LISTEN": f"127.0.0.1:{port}",
        "COMMUNE_DATABASE_URL": database_url,
        "COMMUNE_KEYS_DIR": str(folder / "keys"),
        "COMMUNE_EDITOR_PASSWORD": PASSWORD,
        "MOTCUA_COUNTRY_TIME": f"@{clock}",
        "MOTCUA_RUN_ID": f"test-{port}",
    }
    return RunningSite(environment["COMMUNE_ORIGIN"], environment, clock)


@contextmanager
def running_site(settings: dict[str, str], database_url: str, folder: Path, offset: float) -> Iterator[RunningSite]:
    """Migrates, seeds, adds an editor and serves, as an operator does."""
    site = prepared_site(settings, database_url, folder, offset)
    for words in (["check"], ["keys", "ensure"], ["migrate"], ["seed"], ["editors", "add", "bientap"]):
        done = site.verb(*words)
        if done.returncode != 0:
            raise RuntimeError(f"commune {' '.join(words)}: {done.stderr}")
    with served(site):
        yield site
