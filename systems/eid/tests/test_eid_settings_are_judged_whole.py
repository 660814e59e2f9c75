"""`eid check` and the verbs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from eid_harness.world import World, made_up

from eid import settings
from eid.settings import SettingsRefused
from eid.storage import database

GOOD = {
    "EID_ISSUER": "https://eid.example.vn",
    "EID_LISTEN": "127.0.0.1:8601",
    "EID_DATABASE_URL": "postgresql://eid:x@127.0.0.1/eid",
    "EID_KEYS_DIR": "/var/lib/eid/keys",
    "EID_POPULATION_URL": "https://population.example.vn",
    "SMS_GATEWAY_URL": "https://sms.example.vn",
    "SMTP_URL": "smtp://mail.example.vn:25",
}


def faults(**more: str) -> list[str]:
    with pytest.raises(SettingsRefused) as caught:
        settings.read(GOOD | more)
    return caught.value.faults


def test_good_settings_are_taken() -> None:
    chosen = settings.read(GOOD)
    assert (chosen.issuer, chosen.port, chosen.workers, chosen.test_environment) == (
        "https://eid.example.vn",
        8601,
        1,
        False,
    )


@pytest.mark.parametrize(
    "more",
    [
        {"EID_ISSUER": ""},
        {"EID_ISSUER": "https://eid.example.vn/"},
        {"EID_ISSUER": "http://eid.example.vn"},
        {"EID_LISTEN": "8601"},
        {"EID_DATABASE_URL": "sqlite://"},
        {"EID_TEST_ENVIRONMENT": "1"},
        {"MOTCUA_COUNTRY_TIME": "-100"},
        {"EID_WORKERS": "two"},
        {"SMS_GATEWAY_URL": ""},
    ],
)
def test_each_fault_is_one_line(more: dict[str, str]) -> None:
    found = faults(**more)
    assert len(found) == 1
    assert next(iter(more)) in found[0]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(SettingsRefused) as caught:
        settings.read({})
    assert len(caught.value.faults) >= 5


def test_check_ends_2_with_the_faults(world: World) -> None:
    assert world.eid.verb("check").returncode == 0
    broken = world.eid.environment | {"EID_ISSUER": "http://eid.example.vn"}
    world.eid.environment, kept = broken, world.eid.environment
    try:
        done = world.eid.verb("check", check=False)
    finally:
        world.eid.environment = kept
    assert done.returncode == 2
    assert "EID_ISSUER" in done.stderr


def test_migrations_are_numbered_and_applied_once(world: World) -> None:
    assert [path.name[:4] for _, path in database.migrations()] == [f"{n:04}" for n, _ in database.migrations()]
    assert world.eid.verb("migrate").stdout == ""


def test_people_are_updated_and_keep_their_account(world: World) -> None:
    person = made_up(900_001)
    world.eid.import_people(person.line())
    count = world.sql("select count(*) from accounts")[0][0]
    world.eid.import_people(person.line(level=1, phone=None))
    assert world.sql("select count(*) from accounts")[0][0] == count


def test_clients_are_added_listed_and_refused_with_every_fault(world: World, tmp_path: Path) -> None:
    good = world.national.metadata() | {"client_id": "added", "sector": "added"}
    path = tmp_path / "client.json"
    path.write_text(json.dumps(good))
    world.eid.verb("clients", "add", str(path))
    assert "added" in world.eid.verb("clients", "list").stdout
    world.eid.verb("clients", "remove", "added")
    private = world.national.key.as_dict(private=True)
    path.write_text(json.dumps([good | {"jwks": {"keys": [private]}, "sector": "", "scope": "phone"}]))
    done = world.eid.verb("clients", "import", str(path), check=False)
    assert done.returncode == 1
    for words in ("private", "sector", "openid"):
        assert words in done.stderr


def test_purge_removes_what_is_over_and_keeps_what_is_not(world: World) -> None:
    world.sql(
        "insert into used_ids values ('x', 'old', now() - interval '1 h', gen_random_uuid()),"
        " ('x', 'new', now() + interval '1 h', gen_random_uuid())"
    )
    gone = json.loads(world.eid.verb("purge").stdout)
    assert gone["used_ids"] >= 1
    assert world.sql("select jti from used_ids where holder = 'x'") == [("new",)]


def test_audit_rows_are_never_changed(world: World) -> None:
    import psycopg

    world.sql("insert into audit (event) values ('test')")
    with pytest.raises(psycopg.errors.RaiseException):
        world.sql("update audit set event = 'other' where event = 'test'")
