"""After everything was done with a person: no number, phone, name or token in logs, rows, addresses, ID tokens."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from uuid import UUID

import psycopg
from eid_harness.world import VERIFIED, World

from eid.storage.accounts import Person


def test_a_whole_life_of_a_person_leaves_no_trace_in_the_open(world: World) -> None:
    person, browser = world.person(full_name="Nguyễn Thị Dấu Vết"), world.browser()
    started = world.national.start(
        claims=VERIFIED, scope="openid phone email", login_hint=person.personal_id, state="s" * 20
    )
    addresses = [started.url]
    browser.get(started.url)
    assert browser.page is not None
    addresses.append(browser.page.url)
    browser.submit("login-submit", username=person.personal_id, password="wrong password here")
    world.password(browser, person)
    addresses.append(browser.page.url)
    code_typed = world.gateway.code(person.phone)
    browser.submit("otp-submit", otp=code_typed)
    addresses.append(browser.page.url)
    browser.submit("consent-accept", **{"item-phone": "yes", "item-email": "yes"})
    addresses.append(browser.landed)
    code = world.national.callback(started, browser.landed)
    tokens = world.national.redeem(code, started.verifier).json()
    told = world.national.userinfo(tokens["access_token"]).json()
    assert told["phone_number"] == "+84" + person.phone[1:]
    assert told["email"] == person.email
    world.national.userinfo(tokens["access_token"] + "x")
    browser.get("/account/activity")
    personal = [
        person.personal_id,
        person.phone,
        person.phone[1:],
        person.email,
        "Dấu Vết",
        "D\\u1ea5u",
        person.birth_date,
        person.password,
        "wrong password here",
    ]
    secret = [
        browser.cookies["__Host-eid_session"],
        browser.cookies["__Host-eid_browser"],
        tokens["access_token"],
        code,
    ]
    log = world.eid.log.read_text()
    for text in [*personal, *secret, code_typed]:
        assert text not in log
    for text in personal:
        assert all(text not in address for address in addresses)
    segments = tokens["id_token"].split(".") + tokens["access_token"].split(".")
    opened = " ".join(base64.urlsafe_b64decode(s + "=" * (-len(s) % 4)).decode("latin-1") for s in segments)
    assert not [text for text in personal if text in opened]
    dump = everything(world)
    # Birth dates and phones of made-up people follow a pattern that ids may hit by chance; what is asked is the column.
    for text in [*personal[:6], *personal[7:], *secret]:
        assert text not in dump, f"{text[:4]}… stands open in the database"


def everything(world: World) -> str:
    with psycopg.connect(world.eid.environment["EID_DATABASE_URL"]) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'public'"
        ).fetchall()
        rows = []
        for (table,) in tables:
            rows += [row[0] for row in connection.execute(f"select row_to_json(t)::text from {table} t")]  # type: ignore[call-overload]
    return "\n".join(rows)


def test_keys_are_readable_by_their_owner_only(world: World) -> None:
    folder = Path(world.eid.environment["EID_KEYS_DIR"])
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.iterdir():
        if path.name != ".lock":
            assert path.stat().st_mode & 0o077 == 0, path.name


def test_refused_lines_of_an_import_are_numbered_never_quoted(world: World) -> None:
    bad = {"personal_id": "12345", "full_name": "Lộ Tên", "birth_date": "1985", "sex": "F", "level": 1}
    done = world.eid.verb("people", "import", "-", feed=json.dumps(bad) + "\n{\n", check=False)
    assert done.returncode == 1
    assert "line 1" in done.stderr
    assert "line 2" in done.stderr
    assert "Lộ" not in done.stderr + done.stdout
    assert "12345" not in done.stderr + done.stdout


def test_a_person_does_not_show_when_printed() -> None:
    person = Person(UUID(int=1), 2, "045185000123", "Lộ Tên", "1985", "F", None, None)
    assert "045185" not in repr(person)
    assert "Lộ" not in f"{person}"
