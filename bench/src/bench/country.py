"""Starts a country of the bench's own through the command that everybody uses, and reads what it left."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.record import ROOT
from wire import loopback

PORT_BASE = 9600
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


@dataclass(frozen=True)
class Country:
    """A running country, seen from outside."""

    state: Path
    base: int

    def origin(self, name: str) -> str:
        offsets = {"sandbox": 0, "eid": 1, "population": 2, "national": 3, "quangtri": 4, "tanthanh": 5}
        return f"http://{name}.localhost:{self.base + offsets[name]}"

    def memory_mib(self) -> float:
        """PSS of every process of the country, MiB: the supervisor with all that it started, PostgreSQL too."""
        supervisor = psutil.Process(json.loads((self.state / "run" / "country.json").read_text())["supervisor"])
        return sum(p.memory_full_info().pss for p in [supervisor, *supervisor.children(recursive=True)]) / 2**20

    def code_for(self, to: str, since: int) -> str:
        """The newest one-time code sent to `to` after message number `since`."""
        until = time.monotonic() + 10
        with loopback.client() as http:
            while time.monotonic() < until:
                found = http.get(f"{self.origin('sandbox')}/api/messages", params={"to": to, "since": since}).json()
                for message in reversed(found):
                    if code := CODE.search(message["text"]):
                        return code.group()
                time.sleep(0.02)
        raise RuntimeError("no one-time code arrived")

    def last_message(self) -> int:
        with loopback.client() as http:
            found: list[dict[str, Any]] = http.get(f"{self.origin('sandbox')}/api/messages").json()
        return int(found[-1]["id"]) if found else 0


def browser() -> httpx.Client:
    """A client that keeps cookies as browsers do: `Secure` ones also on loopback names over http."""
    http = loopback.client(headers={"Accept-Language": "vi"}, timeout=20)

    def keep(_answer: httpx.Response) -> None:
        for cookie in http.cookies.jar:
            cookie.secure = False

    http.event_hooks["response"] = [keep]
    return http


@contextmanager
def running(state: Path | None = None, people: int | None = None) -> Iterator[tuple[Country, float]]:
    """`./motcua up --detach` in a state folder of its own; yields the country and the seconds it took; then `down`.

    `people`: how many made-up people are in the register; as many as `up` makes when not given.
    """
    words = ["./motcua", "up", "--detach", *(["--people", str(people)] if people is not None else [])]
    folder = state or Path(tempfile.mkdtemp(prefix="motcua-bench-"))
    environment = dict(os.environ) | {"MOTCUA_STATE": str(folder), "MOTCUA_PORT_BASE": str(PORT_BASE)}
    began = time.monotonic()
    try:
        subprocess.run(words, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        yield Country(folder, PORT_BASE), time.monotonic() - began
    finally:
        subprocess.run(["./motcua", "down"], cwd=ROOT, env=environment, check=False, stdout=subprocess.DEVNULL)
        if state is None:
            shutil.rmtree(folder, ignore_errors=True)
