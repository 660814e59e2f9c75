"""A country that ends leaves no process, no port and no lock; its second start finds everything done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.own_country import PreparedCountry
from sandbox.places import refuse_taken_ports
from sandbox.running import run_facts

pytestmark = pytest.mark.journey


def processes_of(state: Path) -> list[str]:
    """Command lines of processes whose words or settings name this state folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            settings = (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if folder.name != str(os.getpid()) and str(state) in words + settings:
            found.append(words)
    return found


def wait_until_gone(state: Path) -> None:
    """Fails with the command lines of what is left."""
    until = time.monotonic() + 40
    while (left := processes_of(state)) and time.monotonic() < until:
        time.sleep(0.1)
    assert left == []


def test_nothing_is_left_after_the_end(prepared_country: PreparedCountry) -> None:
    with prepared_country.fresh() as country:
        places = country.deployment.places
        assert run_facts(places) is not None
        assert len(processes_of(places.state)) >= 8
    wait_until_gone(places.state)
    refuse_taken_ports({places.base + offset: str(offset) for offset in range(10)})
    assert run_facts(places) is None


def test_a_killed_supervisor_takes_everything_with_it(prepared_country: PreparedCountry) -> None:
    """`up --detach`, then `kill -9`: no orphan holds a port or the database, and the next start works."""
    with prepared_country.fresh() as country:
        places = country.deployment.places
    environment = dict(os.environ) | {"MOTCUA_STATE": str(places.state), "MOTCUA_PORT_BASE": str(places.base)}

    def motcua(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "sandbox.cli", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    assert motcua("up", "--detach", "--people", "200").returncode == 0
    facts = run_facts(places)
    assert facts is not None
    os.kill(facts["supervisor"], signal.SIGKILL)
    wait_until_gone(places.state)
    assert motcua("up", "--detach", "--people", "200").returncode == 0
    del environment["MOTCUA_PORT_BASE"]  # a running country knows its ports
    assert motcua("status").returncode == 0
    assert "no process is left" in motcua("down").stdout
    wait_until_gone(places.state)
