"""A running provider: its own database, keys and process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from wire import loopback

EID = str(Path(sys.executable).parent / "eid")


@dataclass
class RunningEid:
    """`eid` with a settings environment; `serve` may run in several processes on one port or several ports."""

    issuer: str
    environment: dict[str, str]
    log: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def verb(self, *words: str, feed: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [EID, *words], env=self.environment, input=feed, capture_output=True, text=True, timeout=120, check=False
        )
        assert not check or done.returncode == 0, f"eid {' '.join(words)}: {done.stdout}{done.stderr}"
        return done

    def register(self, *documents: dict[str, Any]) -> None:
        self.verb("clients", "import", "/dev/stdin", feed=json.dumps(documents))

    def import_people(self, *people: dict[str, Any]) -> None:
        self.verb("people", "import", "-", feed="\n".join(json.dumps(person) for person in people))

    def start(self, listen: str | None = None, healthy: int = 200, **more: str) -> subprocess.Popen[bytes]:
        environment = self.environment | ({"EID_LISTEN": listen} if listen else {}) | more
        with self.log.open("ab") as sink:
            process = subprocess.Popen([EID, "serve"], env=environment, stdout=sink, stderr=sink)
        self.processes.append(process)
        port = environment["EID_LISTEN"].rpartition(":")[2]
        deadline = time.monotonic() + 20
        with loopback.client() as http:
            while time.monotonic() < deadline:
                assert process.poll() is None, self.log.read_text()[-3000:]
                try:
                    if http.get(f"http://127.0.0.1:{port}/healthz").status_code == healthy:
                        return process
                except httpx.HTTPError:
                    time.sleep(0.05)
        raise AssertionError(f"not healthy: {self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
        self.processes.clear()


def clean_environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    return kept | {"LANG": "C.UTF-8"}
