"""RFC 6749 4.1.2, 9126 7.3, 7523 3: what may be used once is used once, however many ask at once, over workers.

`./motcua prove protocol` repeats each race many times.
"""

from __future__ import annotations

import concurrent.futures
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from eid_harness.browser import Browser
from eid_harness.world import Person, World

from sandbox.testing import free_port
from wire import loopback

pytestmark = pytest.mark.protocol
AT_ONCE = 60
ROUNDS = max(1, int(os.environ.get("MOTCUA_PROOF_EXAMPLES", "100")) // 100)


@pytest.fixture(scope="module")
def workers(world: World) -> Iterator[list[httpx.Client]]:
    """Three processes of one provider, each with a pool of connections of its own."""
    ports = [free_port(), free_port()]
    started = [world.eid.start(f"127.0.0.1:{port}") for port in ports]
    clients = [loopback.client(base_url=f"http://127.0.0.1:{port}", timeout=60) for port in ports]
    yield [world.national.http, *clients]
    for process in started:
        process.terminate()
        process.wait(10)
        world.eid.processes.remove(process)


@pytest.fixture(scope="module")
def signed(world: World) -> tuple[Person, Browser]:
    person, browser = world.person(), world.browser()
    world.tokens(browser, person)  # brings the DPoP nonce too
    return person, browser


def race(workers: list[httpx.Client], ask: Callable[[httpx.Client, int], httpx.Response]) -> list[httpx.Response]:
    """`AT_ONCE` calls at once, spread over the workers."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE // 2) as pool:
        return list(pool.map(lambda number: ask(workers[number % len(workers)], number), range(AT_ONCE)))


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_code_gives_once_and_its_reuse_takes_back(
    world: World, workers: list[httpx.Client], signed: tuple[Person, Browser], turn: int
) -> None:
    rp, (person, browser) = world.national, signed
    started = world.authorize(browser, person)
    code = rp.callback(started, browser.landed)
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": started.verifier,
            "redirect_uri": rp.redirect_uri}  # fmt: skip
    forms = [rp.authenticated(**form) for _ in range(AT_ONCE)]
    proofs = [{"dpop": rp.proof("POST", "/token")} for _ in range(AT_ONCE)]
    answers = race(workers, lambda worker, number: worker.post("/token", data=forms[number], headers=proofs[number]))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: AT_ONCE - 1}
    assert {answer.json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_grant"}
    [good] = [answer.json() for answer in answers if answer.status_code == 200]
    for worker in workers:  # the reuse revoked what the first presentation gave, for every process
        got = worker.get("/userinfo", headers=rp.use_headers(good["access_token"]))
        assert got.status_code == 401


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_an_assertion_counts_once(world: World, workers: list[httpx.Client], turn: int) -> None:
    rp = world.national
    form = rp.authenticated(**rp.parameters()[0])
    answers = race(workers, lambda worker, _: worker.post("/par", data=form))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 401: AT_ONCE - 1}


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_request_uri_begins_one_sign_in(world: World, workers: list[httpx.Client], turn: int) -> None:
    """Every browser of the race is another one: one may go on to sign in, the others are refused."""
    started = world.national.start()
    query = started.url.partition("?")[2]

    def ask(worker: httpx.Client, number: int) -> httpx.Response:
        return worker.get(f"/authorize?{query}", headers={"host": world.eid.issuer.removeprefix("http://")})

    statuses = Counter(answer.status_code for answer in race(workers, ask))
    assert sum(count for status, count in statuses.items() if status in {302, 303}) == 1, statuses
    assert sum(count for status, count in statuses.items() if 400 <= status < 500) == AT_ONCE - 1, statuses


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_consent_gives_one_code(
    world: World, workers: list[httpx.Client], signed: tuple[Person, Browser], turn: int
) -> None:
    """The way back from a page, followed many times at once: an interaction is answered once."""
    person, browser = world.person(), world.browser()
    browser.get(world.national.start(state=secrets.token_hex(4)).url)
    world.sign_in(browser, person)
    assert browser.page is not None
    interaction = browser.page.url.split("/sign-in/")[1].split("/")[0]
    browser.submit("consent-accept")
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers: dict[str, Any] = {"cookie": cookie, "host": world.eid.issuer.removeprefix("http://")}
    answers = race(workers, lambda worker, _: worker.get(f"/authorize/{interaction}", headers=headers))
    assert not [answer for answer in answers if "code=" in answer.headers.get("location", "")]
