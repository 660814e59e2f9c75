"""A country that ends leaves no process, no port and no lock; its second start finds everything done."""

from __future__ import annotations

import os
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


def test_nothing_is_left_after_the_end(prepared_country: PreparedCountry) -> None:
    with prepared_country.fresh() as country:
        places = country.deployment.places
        assert run_facts(places) is not None
        assert len(processes_of(places.state)) >= 8
    until = time.monotonic() + 10
    while processes_of(places.state) and time.monotonic() < until:
        time.sleep(0.1)
    assert processes_of(places.state) == []
    refuse_taken_ports({places.base + offset: str(offset) for offset in range(10)})
    assert run_facts(places) is None


def test_a_killed_supervisor_takes_its_systems_with_it(prepared_country: PreparedCountry) -> None:
    """PR_SET_PDEATHSIG: also `kill -9` leaves no orphan that would hold a port."""
    with prepared_country.fresh() as country:
        process = next(p for p in country.supervisor.processes if p.name == "population")
        status = Path(f"/proc/{process.pid}/status").read_text()
        assert f"PPid:\t{os.getpid()}" in status
