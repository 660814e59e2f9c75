"""The verbs about the running country: up, down, status, logs, reset."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from sandbox import clock, nightly, people
from sandbox.country import NATIONAL, QUANGTRI, SYSTEMS, TANTHANH, Deployment
from sandbox.places import PORT_BASE, Fault, Places
from sandbox.supervisor import Supervisor, is_healthy, stop_on_signals
from wire import argon2_build, loopback

DOWN_SECONDS = 60


def up(places: Places, *, people_count: int, detach: bool) -> int:
    """Starts the country here, or in the background with `detach`."""
    if people_count < 0:
        raise Fault("--people must not be negative")
    if detach:
        return _up_in_background(places, people_count)
    supervisor = Supervisor(places, people=people_count, say=lambda line: print(line, flush=True))
    stop_on_signals(supervisor)
    print("Một Cửa: starting the country", flush=True)
    country = supervisor.start()
    try:
        _print_welcome(country)
        supervisor.watch()
    finally:
        print("ending", flush=True)
        supervisor.stop()
    return 0


def choose_tls(places: Places) -> None:
    """Marks the country as one with https addresses, before it is made.

    Raises:
        Fault: it was made with http addresses: links and registrations name those, so it cannot change over.
    """
    if not places.behind_tls and (places.state / "postgres").exists():
        raise Fault("this country has http addresses: ./motcua reset first, or MOTCUA_STATE=FOLDER for a second one")
    places.make()
    places.tls.mkdir(mode=0o700, exist_ok=True)


def _up_in_background(places: Places, count: int) -> int:
    places.make()
    log = places.logs / "up.log"
    with log.open("wb") as sink:
        child = subprocess.Popen(
            [sys.executable, "-m", "sandbox.cli", "up", "--people", str(count)],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
            cwd=places.root,
        )
    shown = 0
    while True:
        time.sleep(0.1)
        text = log.read_text(errors="replace")
        print(text[shown:], end="", flush=True)
        shown = len(text)
        if "Ctrl-C ends it" in text:
            return 0
        if child.poll() is not None:
            rest = log.read_text(errors="replace")[shown:]
            print(rest, end="", flush=True)
            return child.returncode or 1


def down(places: Places) -> int:
    """Ends the country of this clone and waits until nothing of it runs."""
    pid = _supervisor(places)
    if pid is None:
        print("nothing is running")
        return 0
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + DOWN_SECONDS
    while time.monotonic() < until:
        if _supervisor(places) is None:
            print("ended; no process is left")
            return 0
        time.sleep(0.1)
    raise Fault(f"the country did not end in {DOWN_SECONDS} s; its supervisor is process {pid}")


def status(places: Places) -> int:
    """Prints each part with its health; 0 only when all are healthy."""
    facts = run_facts(places)
    if facts is None:
        print("nothing is running: ./motcua up")
        return 3
    country = Deployment(places, {}, facts["run_id"])
    well = True
    with loopback.client() as http:
        for name, origin in [("outbox", country.outbox)] + [(s.name, country.origin(s)) for s in SYSTEMS]:
            healthy = is_healthy(http, origin, facts["run_id"])
            well &= healthy
            print(f"  {'✓' if healthy else '✗'} {name:<12} {origin}")
    for name, pid in facts["processes"].items():
        if not Path(f"/proc/{pid}").exists():
            well = False
            print(f"  ✗ {name} (process {pid}) has ended; ./motcua logs {name}")
    well &= _print_night(places)
    print(f"  country time {clock.now(places):%H:%M %d-%m-%Y}")
    return 0 if well else 1


def _print_night(places: Places) -> bool:
    """One line about the newest reconciliation; False when something is lost, or could not be asked for."""
    found = nightly.last(places)
    if found is None:
        print("  · reconciled   first at 03:20 of the country's time")
        return True
    print(f"  {'✓' if found.kept else '✗'} reconciled   {found.night[:16].replace('T', ' ')}  {found.said}")
    return found.kept


def logs(places: Places, name: str, *, follow: bool) -> int:
    """Prints the newest lines of one log or of all."""
    files = sorted(places.logs.glob(f"{name or '*'}.log")) if places.logs.exists() else []
    if not files:
        known = ", ".join(sorted(p.stem for p in places.logs.glob("*.log"))) if places.logs.exists() else "none yet"
        raise Fault(f"no log named {name!r}; there are: {known}")
    words = ["tail", "-n", "200" if name else "20", *(["-f"] if follow else []), *map(str, files)]
    return subprocess.run(words, check=False).returncode


def reset(places: Places, *, sure: bool) -> int:
    """Removes the state folder: databases, keys, messages, the clock."""
    if _supervisor(places) is not None:
        raise Fault("the country is running: ./motcua down first")
    if not places.state.exists():
        print("nothing to forget")
        return 0
    if not sure:
        print(f"This forgets every database, key and message in {places.state}. Type 'reset' to go on: ", end="")
        if sys.stdin.readline().strip() != "reset":
            print("nothing was changed")
            return 1
    kept = {"bootstrap.log", "built"}
    for entry in places.state.iterdir():
        if entry.name in kept:
            continue
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    print("forgotten; ./motcua up starts a new country")
    return 0


def here() -> Places:
    """The places of this clone: its running country keeps the ports it began with, also when nobody names them."""
    places = Places.default()
    facts = None if PORT_BASE in os.environ else run_facts(places)
    return places if facts is None else replace(places, base=facts["base"])


def run_facts(places: Places) -> dict[str, Any] | None:
    """What the supervisor wrote about the running country; None when none runs."""
    path = places.state / "run" / "country.json"
    if _supervisor(places) is None or not path.exists():
        return None
    facts: dict[str, Any] = json.loads(path.read_text())
    return facts


def _supervisor(places: Places) -> int | None:
    """The process that holds the lock of this clone; the lock, not a number in a file, says that it lives."""
    path = places.state / "run" / "lock"
    if not path.exists():
        return None
    with path.open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = path.read_text().strip()
            return int(text) if text.isdigit() else None
        return None


def _print_welcome(country: Deployment) -> None:
    places = country.places
    print(f"\n  Commune notice      {country.origin(TANTHANH)}/")
    print(f"  National portal     {country.origin(NATIONAL)}/")
    print(f"  Quảng Trị portal    {country.origin(QUANGTRI)}/")
    print(f"  e-ID, own account   {country.places.origin('eid', 1)}/account")
    print(f"  Test mailbox        {country.outbox}/        (every SMS and e-mail, with the codes)")
    print(f"  Password hash       argon2, {argon2_build.BUILD} build")
    print(f"  Country time        {clock.now(places):%H:%M %d-%m-%Y}   (./motcua clock moves it)\n")
    print_people()
    print("\n  Ctrl-C ends it (in the background: ./motcua down)", flush=True)


def print_people() -> None:
    """The demo people with what each is for."""
    print(people.terminal_table())
