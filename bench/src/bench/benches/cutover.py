"""`bench cutover`: the date with a million live old sessions at two portals, one of them cut off.

A country of its own. Half of the sessions live at the national portal, half at the province; the portals' workers stand
still, so no job can run. Requests with sessions that nobody used yet go to both portals before, at and after the date.
Then the date is moved back and comes once more, while the province can reach nobody. Last, the check by itself.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.country import Country, running
from bench.record import ROOT, Record
from wire import loopback

VIETNAM = timezone(timedelta(hours=7))
SCRIPT = ROOT / "systems/portal/tests/proofs/live_sessions.py"
THE_DATE, ONCE_MORE = datetime(2024, 7, 1, tzinfo=VIETNAM), datetime(2024, 7, 1, 0, 30, tzinfo=VIETNAM)
BEFORE, AFTER = timedelta(seconds=15), timedelta(seconds=15)
CHECK_GOAL_MS = 0.1
CHECKS = 20_000
PEOPLE = 50
THREADS = 3
PORTALS = ("national", "quangtri")


@dataclass
class Asked:
    """What the requests to one portal met. `late`: accepted though sent at the date or after it."""

    accepted_before: int = 0
    refused_before: int = 0
    refused_after: int = 0
    late: int = 0
    answers: Counter[int] = field(default_factory=Counter)


class Portal:
    """One deployed portal: its processes, and a verb or script run with its own settings."""

    def __init__(self, country: Country, name: str) -> None:
        self.country, self.name, self.secret = country, name, secrets.token_hex(8)
        self._used, self._lock = -1, threading.Lock()
        supervisor = psutil.Process(json.loads((country.state / "run" / "country.json").read_text())["supervisor"])
        mine = [p for p in supervisor.children(recursive=True) if self._is_mine(p)]
        self.processes = {verb: [p for p in mine if verb in p.cmdline()] for verb in ("serve", "worker")}

    def _is_mine(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get("PORTAL_SLUG") == self.name
        except psutil.Error:
            return False

    def run(self, *words: str) -> str:
        """A command with the settings of this portal; what it printed."""
        settings = self.processes["serve"][0].environ()
        done = subprocess.run(words, env=settings, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{words[-3:]} failed: {done.stderr[-600:]}")
        return done.stdout

    def script(self, *words: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run(sys.executable, str(SCRIPT), *words).splitlines()[-1])
        return found

    def signal(self, what: signal.Signals, *verbs: str) -> None:
        for verb in verbs:
            for process in self.processes[verb]:
                process.send_signal(what)

    def next_session(self) -> str:
        """The key of a session that no request has used."""
        with self._lock:
            self._used += 1
            return hashlib.md5(f"{self.secret}{self._used}".encode()).hexdigest()  # noqa: S324

    def ask(self, http: httpx.Client) -> tuple[int, bool]:
        """One request with a fresh session: the status, and whether the portal took it for signed in."""
        headers = {"Cookie": f"__Host-session={self.next_session()}"}
        answer = http.get(f"{self.country.origin(self.name)}/kho-du-lieu", headers=headers)
        away = answer.status_code == 302 and "/dang-nhap" in answer.headers.get("Location", "")
        return answer.status_code, answer.status_code < 400 and not away


def main() -> int:
    """Runs the bench; 0 when it could be measured, whether or not a goal was met."""
    parser = argparse.ArgumentParser(prog="./motcua bench cutover")
    parser.add_argument("--sessions", type=int, default=1_000_000, help="live old sessions at both portals together")
    chosen = parser.parse_args()
    record = Record("cutover")
    with running(people=PEOPLE) as (country, _seconds):
        portals = [Portal(country, name) for name in PORTALS]
        for portal in portals:
            portal.signal(signal.SIGSTOP, "worker")
        began = time.monotonic()
        there = [p.script("fill", str(chosen.sessions // len(portals)), p.secret)["sessions"] for p in portals]
        record.add("live old sessions before the date", sum(there), "")
        record.notes["sessions"] = f"made in {time.monotonic() - began:.0f} s by the portals' own code and copied"
        _the_date(record, country, portals, THE_DATE, "both portals")
        _moved_back(country, portals)
        national, province = portals
        national.signal(signal.SIGSTOP, "serve")
        try:
            _the_date(record, country, [province], ONCE_MORE, "province cut off")
        finally:
            national.signal(signal.SIGCONT, "serve")
        for portal in portals:
            _check(record, portal)
            portal.signal(signal.SIGCONT, "worker")
    record.add("load average of the machine at the end", os.getloadavg()[0], "")
    print(record.write())
    return 0


def _the_date(record: Record, country: Country, portals: list[Portal], date: datetime, name: str) -> None:
    """Requests without a pause from fifteen seconds before the date to fifteen after it."""
    counts = {portal.name: portal.script("count")["sessions"] for portal in portals}
    _motcua(country, "clock", f"{date - BEFORE:%Y-%m-%d %H:%M:%S}")
    asked = {portal.name: Asked() for portal in portals}
    with _in_threads([(_sample, (country, portal, date, asked[portal.name])) for portal in portals] * THREADS):
        pass
    for portal in portals:
        found = asked[portal.name]
        said = f"{name}, {portal.name}"
        record.add(f"{said}: old requests accepted after the date", found.late, "", 0)
        record.add(f"{said}: refused before it", found.refused_before, "", 0)
        if not found.accepted_before or not found.refused_after:
            raise SystemExit(f"{said}: no request before or none after the date, nothing is shown")
        record.add(f"{said}: requests accepted before it", found.accepted_before, "")
        record.add(f"{said}: requests refused after it", found.refused_after, "")
        left = portal.script("count")["sessions"]
        ended = counts[portal.name] - left - found.answers[403]
        record.add(f"{said}: sessions ended but by their own request", ended, "", 0)
        record.notes[said] = ", ".join(f"{status}: {number}" for status, number in sorted(found.answers.items()))


@contextmanager
def _in_threads(work: list[tuple[Any, tuple[Any, ...]]]) -> Iterator[None]:
    threads = [threading.Thread(target=target, args=words) for target, words in work]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()


def _sample(country: Country, portal: Portal, date: datetime, asked: Asked) -> None:
    offset = timedelta(seconds=float((country.state / "country-time").read_text()))
    with loopback.client(timeout=30) as http:
        while (sent := datetime.now(VIETNAM) + offset) < date + AFTER:
            status, accepted = portal.ask(http)
            answered = datetime.now(VIETNAM) + offset
            with portal._lock:
                asked.answers[status] += 1
                if sent >= date:
                    asked.late += accepted
                    asked.refused_after += not accepted
                elif answered < date:
                    asked.accepted_before += accepted
                    asked.refused_before += not accepted


def _moved_back(country: Country, portals: list[Portal]) -> None:
    """The sandbox's two persons move the date back; every portal holds it before it comes once more."""
    for portal in portals:
        portal.signal(signal.SIGCONT, "worker")
    portal_command = str(Path(sys.executable).with_name("portal"))
    words = ("policy", "sandbox-cutover", "--kind", "citizen", "--ends-at", f"{ONCE_MORE:%Y-%m-%d %H:%M}")
    print("  " + portals[0].run(portal_command, *words).strip().splitlines()[-1])
    for portal in portals:
        portal.signal(signal.SIGSTOP, "worker")


def _check(record: Record, portal: Portal) -> None:
    found = portal.script("check", str(CHECKS), portal.secret)
    check, reading = found["check"], found["session_and_policy"]
    record.add(f"{portal.name}: the check, p50", check["p50"], "ms")
    record.add(f"{portal.name}: the check, p99", check["p99"], "ms", CHECK_GOAL_MS)
    record.add(f"{portal.name}: session and policy read in one question, p99", reading["p99"], "ms")
    record.notes[f"{portal.name}, the check"] = f"{found['judged']} sessions, {', '.join(found['codes'])}"


def _motcua(country: Country, *words: str) -> None:
    environment = dict(os.environ) | {"MOTCUA_STATE": str(country.state), "MOTCUA_PORT_BASE": str(country.base)}
    subprocess.run(["./motcua", *words], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
