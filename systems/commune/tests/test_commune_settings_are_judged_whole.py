"""`commune check` names every fault at once and refuses to weaken a real site."""

import os
import subprocess
import sys

import pytest

from commune.settings import SettingsFaults, read

GOOD = {
    "COMMUNE_ORIGIN": "http://tanthanh.localhost:8605",
    "COMMUNE_LISTEN": "127.0.0.1:8605",
    "COMMUNE_DATABASE_URL": "postgresql://commune:m%40t@127.0.0.1:8609/commune",
    "COMMUNE_KEYS_DIR": "/tmp/keys",
    "COMMUNE_NAME_VI": "Xã Tân Thành",
    "COMMUNE_DISTRICT_VI": "Hướng Hóa",
    "COMMUNE_PROVINCE_VI": "Quảng Trị",
    "COMMUNE_PORTAL_NATIONAL_URL": "http://national.localhost:8603",
    "COMMUNE_PORTAL_PROVINCE_URL": "http://quangtri.localhost:8604/",
    "COMMUNE_TEST_ENVIRONMENT": "1",
}


def faults(**changes):
    with pytest.raises(SettingsFaults) as refused:
        read(GOOD | changes)
    return refused.value.faults


def test_good_settings_are_read():
    found = read(GOOD)
    assert found.database.password == "m@t"
    assert found.portal_province_url == "http://quangtri.localhost:8604"
    assert (found.kind, found.short_name, found.name_en) == ("xa", "Tân Thành", "Tân Thành commune")


@pytest.mark.parametrize("name", [n for n in GOOD if n not in {"COMMUNE_DISTRICT_VI", "COMMUNE_TEST_ENVIRONMENT"}])
def test_a_missing_setting_is_named(name):
    assert faults(**{name: ""}) == [f"{name} is missing"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMMUNE_ORIGIN", "tanthanh.localhost"),
        ("COMMUNE_ORIGIN", "http://tanthanh.localhost/path"),
        ("COMMUNE_LISTEN", "8605"),
        ("COMMUNE_LISTEN", "127.0.0.1:99999"),
        ("COMMUNE_DATABASE_URL", "mysql://a:b@c/d"),
        ("COMMUNE_DATABASE_URL", "postgresql://a:b@c:port/d"),
        ("COMMUNE_NAME_VI", "Tân Thành"),
    ],
)
def test_a_misshapen_setting_is_named(name, value):
    assert len(faults(**{name: value})) == 1
    assert name in faults(**{name: value})[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMMUNE_ORIGIN", "https://tanthanh.example"),
        ("COMMUNE_LISTEN", "0.0.0.0:8605"),
        ("COMMUNE_PORTAL_NATIONAL_URL", "https://dichvucong.gov.vn"),
        ("COMMUNE_PORTAL_PROVINCE_URL", "https://portal.example"),
    ],
)
def test_a_test_environment_stays_on_loopback(name, value):
    assert faults(**{name: value}) == [f"COMMUNE_TEST_ENVIRONMENT=1 is refused: {name} is not on loopback"]


def test_a_clock_of_its_own_stays_on_loopback():
    real = {"COMMUNE_TEST_ENVIRONMENT": "0", "COMMUNE_ORIGIN": "https://tanthanh.example"}
    assert faults(**real, MOTCUA_COUNTRY_TIME="-1000") == [
        "MOTCUA_COUNTRY_TIME is refused: COMMUNE_ORIGIN is not on loopback"
    ]
    assert faults(**real, MOTCUA_COUNTRY_TIME="@/tmp/clock")
    assert read(GOOD | real | {"MOTCUA_COUNTRY_TIME": "0"}).host == "tanthanh.example"


def test_check_says_every_fault_and_ends_2():
    environment = {"PATH": os.environ["PATH"], "COMMUNE_LISTEN": "x"}
    words = [sys.executable, "-m", "commune.cli", "check"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 8
    assert all(line.startswith("commune: COMMUNE_") for line in done.stderr.splitlines())


def test_env_example_holds_every_setting():
    from pathlib import Path

    lines = (Path(__file__).parents[1] / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = dict(line.lstrip("#").split("=", 1) for line in lines if "=" in line and line.lstrip("#")[:1].isupper())
    assert set(GOOD) <= set(pairs)
    assert read(pairs).name_vi == "Xã Tân Thành"
