"""The example shop, moved by its guide: the check passes it, and fails each broken variant for its own reason."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[1] / "examples" / "shop"
SLOW = ("--skip", "a_new_key_is_looked_up")
# What is broken, and the promises that then fail, all of them.
BROKEN = {
    "takes_any_state": {"refuses_state_other", "refuses_state_missing"},
    "takes_any_issuer": {"refuses_issuer_other", "refuses_issuer_missing"},
    "takes_any_nonce": {"refuses_nonce_other", "refuses_nonce_missing"},
    "takes_any_audience": {"refuses_audience_other", "a_logout_ends_the_session_once"},
    "takes_any_signature": {
        "refuses_algorithm_none", "refuses_signature_other", "refuses_key_in_header", "a_logout_ends_the_session_once",
    },
    "takes_any_userinfo": {"refuses_subject_other"},
    "ignores_logout": {"a_logout_ends_the_session_once"},
    "ignores_signals": {"a_signal_ends_the_session"},
    "links_anybody": {"a_link_needs_the_same_person"},
    "keeps_the_old_password": {"a_link_moves_power_one_way"},
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_variant_fails_for_its_own_reason(open_shop: Callable[..., Any], broken: str) -> None:
    with open_shop(broken) as shop:
        done = shop.check("--json", *SLOW)
        assert done.returncode == 1, done.stdout + done.stderr
        assert set(json.loads(done.stdout)["broken"]) == BROKEN[broken]


def test_the_guides_commands_run_as_they_stand(
    opened: dict[str, str], first_day: Callable[[], None], tmp_path: Path
) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "clients" / "move-your-portal.md").read_text()
    commands = "".join(re.findall(r"```sh\n(.*?)```", guide, re.DOTALL))
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    port, issuer_port, register_port = (probe.getsockname()[1] for probe in probes)
    for probe in probes:
        probe.close()
    shutil.copytree(EXAMPLE, tmp_path / "shop")
    environment = {name: value for name, value in opened.items() if name != "url"} | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{opened['PATH']}",
        "PYTHONPATH": str(tmp_path / "shop"),
        "SHOP_ORIGIN": f"http://127.0.0.1:{port}",
        "SHOP_EID_ISSUER": f"http://127.0.0.1:{issuer_port}",
        "SHOP_EID_REGISTER": f"http://127.0.0.1:{register_port}",
        "SHOP_EID_KEY_FILE": str(tmp_path / "shop" / "key.json"),
        "SHOP_PORT": str(port),
        "EID_PORT": str(issuer_port),
        "REGISTER_PORT": str(register_port),
    }
    first_day()
    words = ["bash", "-m", "-e", "-c", commands]
    done = subprocess.run(words, env=environment, cwd=tmp_path / "shop", capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout
    assert "Lê Thị Thử" in (tmp_path / "shop" / "accounts.csv").read_text()


def test_a_portal_that_is_not_there_is_said_so(open_shop: Callable[..., Any]) -> None:
    with open_shop() as shop:
        pass
    done = shop.check()
    assert done.returncode == 2
    assert "does not answer" in done.stderr


def test_the_move_is_under_a_hundred_lines() -> None:
    written = EXAMPLE / "shop" / "eid.py"
    assert len([line for line in written.read_text().splitlines() if line.strip()]) < 100
