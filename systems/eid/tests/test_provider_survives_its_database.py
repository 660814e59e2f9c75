"""PostgreSQL throws every connection out; requests meanwhile are "unavailable"; two workers share one port."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import psycopg
from eid_harness.register import Register
from eid_harness.relying_party import RelyingParty
from eid_harness.running import RunningEid
from eid_harness.servers import Gateway
from eid_harness.world import World, made_up, numbers
from joserfc import jwt
from joserfc.jwk import KeySet

from sandbox.testing import free_port


def test_after_the_database_threw_everybody_out_the_flow_goes_on(world: World, postgres_admin_url: str) -> None:
    person, browser = world.person(), world.browser()
    started = world.national.start()
    browser.get(started.url)
    role = world.eid.environment["EID_DATABASE_URL"].split("//")[1].split(":")[0]
    with psycopg.connect(postgres_admin_url, autocommit=True) as admin:
        admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", (role,))
    time.sleep(0.2)
    statuses = [world.national.http.get("/healthz").status_code for _ in range(5)]
    assert statuses[-1] == 200
    world.sign_in(browser, person)
    assert browser.page is not None
    assert browser.page.has("consent-accept"), browser.page.text
    browser.submit("consent-accept")
    assert world.national.redeem(world.national.callback(started, browser.landed), started.verifier).status_code == 200


def test_while_the_database_is_away_nothing_is_refused_as_wrong(
    new_eid: Callable[..., RunningEid], register: Register, postgres_admin_url: str
) -> None:
    eid = new_eid(register.origin)
    rp = RelyingParty(eid.issuer, "away", "http://national.localhost:8603/cb", "away")
    eid.register(rp.metadata())
    eid.start()
    url = eid.environment["EID_DATABASE_URL"]
    name, role = url.rsplit("/", 1)[1], url.split("//")[1].split(":")[0]
    form, _ = rp.parameters()
    with psycopg.connect(postgres_admin_url, autocommit=True) as admin:
        admin.execute(f'alter role "{role}" nologin')  # type: ignore[call-overload]
        admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))
        time.sleep(0.2)
        pushed = rp.push(**form)
        page = httpx.get(
            f"http://127.0.0.1:{eid.environment['EID_LISTEN'].rpartition(':')[2]}/authorize?client_id=away"
        )
        health = rp.http.get("/healthz")
        late = f"127.0.0.1:{free_port()}"
        eid.start(late, healthy=503)  # a process that begins meanwhile waits for it too
        admin.execute(f'alter role "{role}" login')  # type: ignore[call-overload]
    assert (pushed.status_code, pushed.json()["error"]) == (503, "temporarily_unavailable")
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert pushed.headers["retry-after"] == "5"
    assert "EID_UNAVAILABLE" in page.text
    assert health.status_code == 503
    time.sleep(0.2)
    assert rp.push(**form).status_code == 201
    assert httpx.get(f"http://{late}/healthz").status_code == 200


def test_two_workers_share_one_port(new_eid: Callable[..., RunningEid], register: Register, gateway: Gateway) -> None:
    eid = new_eid(register.origin, EID_WORKERS="2")
    rp = RelyingParty(eid.issuer, "national", "http://national.localhost:8603/cb", "workers")
    eid.register(rp.metadata())
    eid.start()
    world = World(eid, gateway, register, rp, rp, None, numbers(700_000))  # type: ignore[arg-type]
    person = made_up(699_999)
    eid.import_people(person.line())
    got = world.tokens(world.browser(), person)
    assert got["claims"]["sub"]
    keys = KeySet.import_key_set(rp.http.get("/jwks").json())
    assert jwt.decode(got["id_token"], keys, algorithms=["ES256"])
