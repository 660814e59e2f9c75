"""House rule 10: what weakens something for tests refuses to start with a name outside loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent
DATABASE = "postgresql://x:y@127.0.0.1:1/x"
COMMON = {
    "SMS_GATEWAY_URL": "https://sms.example.vn/send",
    "SMS_GATEWAY_TOKEN": "t",
    "SMTP_URL": "smtp://mail.example.vn:25",
    "MOTCUA_RUN_ID": "r",
    "EID_ISSUER": "https://eid.example.vn",
    "EID_ORIGIN": "https://eid.example.vn",
    "EID_CLIENT_ID": "national",
    "EID_POPULATION_URL": "https://population.example.vn",
    "EID_POPULATION_CLIENT_ID": "eid",
    "POPULATION_URL": "https://population.example.vn",
    "POPULATION_CLIENT_ID": "national",
    "POPULATION_EID_URL": "https://eid.example.vn",
    "POPULATION_STAFF_EMAIL": "staff@example.vn",
    "PORTAL_ROLE": "national",
    "PORTAL_SLUG": "national",
    "PORTAL_FILES_ORIGIN": "https://files.example.vn",
    "PORTAL_NAME_VI": "Cổng",
    "PORTAL_NAME_EN": "Portal",
    "EXCHANGE_PEERS": "",
    "COMMUNE_NAME_VI": "Xã Tân Thành",
    "COMMUNE_DISTRICT_VI": "Hướng Hóa",
    "COMMUNE_PROVINCE_VI": "Quảng Trị",
    "COMMUNE_PORTAL_NATIONAL_URL": "https://national.example.vn",
    "COMMUNE_PORTAL_PROVINCE_URL": "https://quangtri.example.vn",
}


def check(system: str, tmp_path: Path, **weak: str) -> subprocess.CompletedProcess[str]:
    p = system.upper()
    own = {
        f"{p}_ORIGIN": f"https://{system}.example.vn",
        f"{p}_LISTEN": "127.0.0.1:8601",
        f"{p}_DATABASE_URL": DATABASE,
        f"{p}_KEYS_DIR": str(tmp_path),
        "PORTAL_STORE_DIR": str(tmp_path / "store"),
    }
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | COMMON | own | weak
    if "PYTHONPATH" in os.environ:
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    return subprocess.run(
        [str(COMMAND / system), "check"], env=environment, capture_output=True, text=True, timeout=60, cwd=tmp_path
    )


@pytest.mark.parametrize("system", ["eid", "population", "portal", "commune"])
@pytest.mark.parametrize("weak", [{"MOTCUA_COUNTRY_TIME": "-1000"}, {"TEST_ENVIRONMENT": "1"}])
def test_a_real_host_name_and_a_test_setting_do_not_go_together(
    system: str, weak: dict[str, str], tmp_path: Path
) -> None:
    named = {(f"{system.upper()}_{k}" if k == "TEST_ENVIRONMENT" else k): v for k, v in weak.items()}
    refused = check(system, tmp_path, **named)
    assert refused.returncode == 2, refused.stdout + refused.stderr
    assert next(iter(named)) in refused.stdout + refused.stderr


@pytest.mark.parametrize("system", ["eid", "population", "portal", "commune"])
def test_without_test_settings_a_real_host_name_is_fine(system: str, tmp_path: Path) -> None:
    done = check(system, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
