"""What every provider here is: something that starts, tells what it is, and ends."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Protocol

import httpx

from bench.load.proofs import Key
from bench.load.target import Relying, Target
from wire import loopback

CALLBACK = "http://client.localhost:9/callback"
SESSIONS = 64


class NotRun(Exception):
    """This provider cannot be measured here; the text says why, and stands in the results."""


class Provider(Protocol):
    """One provider in one configuration."""

    name: str

    def start(self) -> Target:
        """Start all of it; somebody is signed in in each of the target's browsers. Raises NotRun."""

    def stop(self) -> None:
        """End every process that `start` made."""


def relying_parties() -> tuple[Relying, Relying, Relying]:
    """The three registrations that every provider gets: plain, fapi2, machine."""
    return (
        Relying("bench-plain", CALLBACK, Key()),
        Relying("bench-fapi2", CALLBACK, Key()),
        Relying("bench-machine", CALLBACK, Key(), scope=""),
    )


def metadata(issuer: str, process: subprocess.Popen[bytes], log: Path, seconds: float) -> dict[str, object]:
    """The discovery document, as soon as it is served; raises NotRun when it never is."""
    until = time.monotonic() + seconds
    with loopback.client() as http:
        while time.monotonic() < until and process.poll() is None:
            try:
                answer = http.get(f"{issuer}/.well-known/openid-configuration")
                if answer.status_code == 200:
                    return dict(answer.json())
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    raise NotRun(f"did not start: {lines[-1][:200] if lines else 'no word'}")


def end(process: subprocess.Popen[bytes] | None) -> None:
    """Politely, then by force; by pid, never by name."""
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
