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

import httpx

from sandbox.testing import free_port

PASSWORD = "mat-khau-rieng-2024"


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


def _wait_until_healthy(site: RunningSite, process: subprocess.Popen[bytes]) -> None:
    port = site.origin.rpartition(":")[2]
    for _ in range(150):
        if process.poll() is not None:
            raise RuntimeError("the site ended before it answered")
        try:
            answer = httpx.get(f"http://127.0.0.1:{port}/healthz", headers={"host": site.origin[7:]}, timeout=2)
            if answer.json()["run_id"] == site.environment["MOTCUA_RUN_ID"]:
                return
        except (httpx.TransportError, ValueError, KeyError):
            pass
        time.sleep(0.2)
    raise RuntimeError("the site did not answer within 30 seconds")


@contextmanager
def running_site(settings: dict[str, str], database_url: str, folder: Path, offset: float) -> Iterator[RunningSite]:
    """Migrates, seeds, adds an editor and serves; ends the process afterwards."""
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
    site = RunningSite(environment["COMMUNE_ORIGIN"], environment, clock)
    for words in (["check"], ["keys", "ensure"], ["migrate"], ["seed"], ["editors", "add", "bientap"]):
        done = site.verb(*words)
        if done.returncode != 0:
            raise RuntimeError(f"commune {' '.join(words)}: {done.stderr}")
    process = subprocess.Popen([sys.executable, "-m", "commune.cli", "serve"], env=environment)
    try:
        _wait_until_healthy(site, process)
        yield site
    finally:
        process.terminate()
        process.wait(15)
