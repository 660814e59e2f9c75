"""A taken port, a broken data folder, a clock that would go back: one line each, nothing half-started."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import clock
from sandbox.own_country import free_port_base
from sandbox.places import Fault, Places, refuse_taken_ports, workspace
from sandbox.postgres import Cluster, PostgresFault


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places(workspace(), tmp_path, free_port_base())
    made.make()
    return made


def motcua(places: Places, *words: str) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ) | {"MOTCUA_STATE": str(places.state), "MOTCUA_PORT_BASE": str(places.base)}
    return subprocess.run(
        [sys.executable, "-m", "sandbox.cli", *words], env=environment, capture_output=True, text=True, timeout=60
    )


def test_a_taken_port_is_named_before_anything_starts(places: Places) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", places.base + 3))
        stranger.listen()
        done = motcua(places, "up", "--people", "0")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith(f"motcua: port {places.base + 3} (national) is taken")
    assert not (places.state / "postgres").exists()


def test_a_stranger_that_shares_ports_is_seen_too(places: Places) -> None:
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        stranger.bind(("127.0.0.1", places.base))
        stranger.listen()
        with pytest.raises(Fault, match="is taken"):
            refuse_taken_ports({places.base: "outbox"})


def test_a_broken_data_folder_is_named_and_left_alone(places: Places) -> None:
    data = places.state / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "somebody's file").write_text("precious")
    with pytest.raises(PostgresFault, match="broken"):
        Cluster(places.state / "postgres", places.base + 9, "x").initialise()
    assert (data / "somebody's file").read_text() == "precious"


@pytest.mark.parametrize("text", ["yesterday", "2024-02-30 10:00", "2024-06-30", "30/6/2024 23:59", ""])
def test_a_time_that_is_none_is_refused(places: Places, text: str) -> None:
    clock.ensure(places)
    with pytest.raises(Fault, match="time"):
        clock.move(places, text)


def test_the_clock_starts_at_the_notice_and_goes_forward_only(places: Places) -> None:
    clock.ensure(places)
    assert f"{clock.now(places):%Y-%m-%d %H:%M}" == "2024-05-04 14:49"
    clock.move(places, "2024-06-30 23:59")
    assert f"{clock.now(places):%Y-%m-%d %H:%M}" == "2024-06-30 23:59"
    with pytest.raises(Fault, match="only goes forward"):
        clock.move(places, "2024-05-05 00:00")
    clock.ensure(places)
    assert f"{clock.now(places):%Y-%m-%d %H:%M}" == "2024-06-30 23:59"


def test_down_status_and_reset_without_a_country_say_so(places: Places) -> None:
    assert "nothing is running" in motcua(places, "down").stdout
    assert motcua(places, "status").returncode == 3
    assert "forgotten" in motcua(places, "reset", "--yes").stdout


def test_an_unusable_port_base_is_one_line(places: Places) -> None:
    environment = dict(os.environ) | {"MOTCUA_STATE": str(places.state), "MOTCUA_PORT_BASE": "eighty"}
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.cli", "status"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "motcua: MOTCUA_PORT_BASE must be a number from 1024 to 65000, not 'eighty'"
