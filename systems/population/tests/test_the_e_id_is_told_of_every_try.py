"""After each try of a person not yet proven the e-ID gets a signed event that only it can read, at least once."""

import base64
import time

from population.events.push import wait_before_retry
from wire.signed import open_sealed, verify

from .conftest import DUYEN, Caller, Eid, Register

EVENT = "urn:motcua:register:access"


def wait_for(eid: Eid, count: int, seconds: float = 40) -> list[str]:
    until = time.monotonic() + seconds
    while time.monotonic() < until and len(eid.received) < count:
        time.sleep(0.05)
    return eid.received


def test_the_event_is_signed_by_the_register_and_sealed_to_the_e_id(
    register: Register, national: Caller, eid: Eid
) -> None:
    before = len(eid.received)
    national.verify(DUYEN)
    token = wait_for(eid, before + 1)[before]
    jwks = register.http.get("/jwks").json()
    assert not any("d" in key for key in jwks["keys"])
    audience = register.environment["POPULATION_EID_URL"]
    claims = verify(token, jwks, "secevent+jwt", issuer=register.origin, audience=audience)
    assert set(claims["events"]) == {EVENT}
    opened = open_sealed(claims["events"][EVENT]["sealed"], register.callers["eid"].key)
    assert opened["personal_id"] == DUYEN["personal_id"]
    assert opened["agency"] == {"code": "G22", "vi": "Hệ thống national", "en": "System national"}
    assert opened["purpose"] == "account_match"
    assert opened["at"].endswith("+00:00")
    payload = base64.urlsafe_b64decode(token.split(".")[1] + "==").decode()
    assert DUYEN["personal_id"] not in payload


def test_also_for_a_number_that_nobody_has(national: Caller, eid: Eid) -> None:
    before = len(eid.received)
    national.verify(DUYEN | {"personal_id": "045185999995"})
    assert len(wait_for(eid, before + 1)) == before + 1


def test_a_proven_person_is_no_try(register: Register, national: Caller) -> None:
    before = register.sql("select count(*) from outbox")
    national.verify(DUYEN, code="account_link")
    assert register.sql("select count(*) from outbox") == before


def test_an_e_id_that_was_away_gets_it_when_it_is_back(register: Register, national: Caller, eid: Eid) -> None:
    eid.away = True
    try:
        national.verify(DUYEN)
        until = time.monotonic() + 40
        while time.monotonic() < until and not register.sql(
            "select 1 from outbox where delivered_at is null and attempts > 0"
        ):
            time.sleep(0.05)
        waiting = register.sql("select content is not null, attempts from outbox where delivered_at is null")
        assert waiting
        assert all(kept and attempts >= 1 for kept, attempts in waiting)
        before = len(eid.received)
    finally:
        eid.away = False
    register.sql("update outbox set next_at = now() where delivered_at is null")
    assert len(wait_for(eid, before + 1)) == before + 1
    until = time.monotonic() + 40
    while time.monotonic() < until and register.sql("select 1 from outbox where delivered_at is null"):
        time.sleep(0.05)
    assert register.sql("select count(*) from outbox where delivered_at is null or content is not null") == [(0,)]


def test_an_event_that_is_refused_does_not_hold_up_the_next(register: Register, national: Caller, eid: Eid) -> None:
    register.sql("update outbox set delivered_at = now(), content = null")
    before, eid.refuse_next = len(eid.received), True
    national.verify(DUYEN)
    until = time.monotonic() + 40
    while time.monotonic() < until and eid.refuse_next:
        time.sleep(0.05)
    assert not eid.refuse_next
    national.verify(DUYEN)
    assert len(wait_for(eid, before + 2)) == before + 2
    assert len(set(eid.received[before:])) == 2


def test_waiting_grows_and_stays_bounded() -> None:
    waits = [wait_before_retry(attempts) for attempts in range(20)]
    assert waits[0] < 2
    assert max(waits) <= 375
    assert min(waits[10:]) >= 225
