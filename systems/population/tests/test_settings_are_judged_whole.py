"""`population check` names every fault at once, and a test environment stays on loopback."""

import pytest

from population.settings import SettingsError, load

WHOLE = {
    "POPULATION_ORIGIN": "http://population.localhost:8602",
    "POPULATION_LISTEN": "127.0.0.1:8602",
    "POPULATION_DATABASE_URL": "postgresql://population:x@127.0.0.1:8609/population",
    "POPULATION_KEYS_DIR": "keys",
    "POPULATION_EID_URL": "http://eid.localhost:8601",
    "POPULATION_STAFF_EMAIL": "truc-ban@example.vn",
    "POPULATION_TEST_ENVIRONMENT": "1",
    "SMTP_URL": "smtp://127.0.0.1:8608",
}


def test_whole_settings_are_taken() -> None:
    settings = load(WHOLE)
    assert (settings.host, settings.port, settings.eid_client_id) == ("127.0.0.1", 8602, "eid")


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as error:
        load({})
    faults = " ".join(error.value.faults)
    required = set(WHOLE) - {"POPULATION_LISTEN", "POPULATION_TEST_ENVIRONMENT"}
    for name in required:
        assert name in faults


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POPULATION_ORIGIN", "http://population.example.vn"),
        ("POPULATION_ORIGIN", "http://population.localhost:8602/"),
        ("POPULATION_ORIGIN", "ftp://population.localhost"),
        ("POPULATION_ORIGIN", "http://[population"),
        ("POPULATION_LISTEN", "8602"),
        ("POPULATION_DATABASE_URL", "sqlite:///x"),
        ("POPULATION_ALARM_BURST", "0"),
        ("POPULATION_ALARM_BURST", "many"),
        ("MOTCUA_COUNTRY_TIME_IN_ENV", ""),
    ],
)
def test_a_wrong_value_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "MOTCUA_COUNTRY_TIME_IN_ENV":
        monkeypatch.setenv("MOTCUA_COUNTRY_TIME", "tomorrow")
        name = "MOTCUA_COUNTRY_TIME"
    with pytest.raises(SettingsError, match=name):
        load(WHOLE | {name: value})


def test_a_test_environment_stays_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    real = WHOLE | {"POPULATION_ORIGIN": "https://population.example.vn"}
    with pytest.raises(SettingsError, match="POPULATION_TEST_ENVIRONMENT"):
        load(real)
    load(real | {"POPULATION_TEST_ENVIRONMENT": ""})
    monkeypatch.setenv("MOTCUA_COUNTRY_TIME", "-60")
    with pytest.raises(SettingsError, match="MOTCUA_COUNTRY_TIME"):
        load(real | {"POPULATION_TEST_ENVIRONMENT": ""})
