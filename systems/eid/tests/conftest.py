"""A real provider for the session (see eid_harness)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).parent))

from eid_harness.chromium import running
from eid_harness.register import Register
from eid_harness.relying_party import RelyingParty
from eid_harness.running import RunningEid, clean_environment
from eid_harness.servers import Gateway, LogoutEndpoint
from eid_harness.world import World, numbers

from sandbox.testing import free_port

# `./motcua prove protocol` says how many; a plain run takes few.
EXAMPLES = int(os.environ.get("MOTCUA_PROOF_EXAMPLES", "100"))
settings.register_profile("eid", deadline=None, max_examples=EXAMPLES)
settings.load_profile("eid")


@pytest.fixture(scope="session")
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    yield server
    server.close()


@pytest.fixture(scope="session")
def register() -> Iterator[Register]:
    server = Register()
    yield server
    server.close()


@pytest.fixture(scope="session")
def logout_endpoint() -> Iterator[LogoutEndpoint]:
    server = LogoutEndpoint()
    yield server
    server.close()


@pytest.fixture(scope="session")
def new_eid(
    make_database: Callable[[str], str], gateway: Gateway, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., RunningEid]]:
    """`new_eid(population_url)`: a provider with an empty, migrated database; not started yet."""
    made: list[RunningEid] = []

    def make(population_url: str, **more: str) -> RunningEid:
        folder = tmp_path_factory.mktemp("eid")
        port = free_port()
        environment = clean_environment() | {
            "EID_ISSUER": f"http://eid.localhost:{port}",
            "EID_LISTEN": f"127.0.0.1:{port}",
            "EID_DATABASE_URL": make_database("eid"),
            "EID_KEYS_DIR": str(folder / "keys"),
            "EID_POPULATION_URL": population_url,
            "EID_TEST_ENVIRONMENT": "1",
            "EID_OUTBOUND_ALLOW": "127.0.0.1",
            "SMS_GATEWAY_URL": f"http://127.0.0.1:{gateway.port}/sms",
            "SMS_GATEWAY_TOKEN": "gateway-token",
            "SMTP_URL": "smtp://127.0.0.1:9",
        }
        eid = RunningEid(environment["EID_ISSUER"], environment | more, folder / "log")
        eid.verb("migrate")
        eid.verb("keys", "ensure")
        made.append(eid)
        return eid

    yield make
    for eid in made:
        eid.stop()


@pytest.fixture(scope="session")
def world(
    new_eid: Callable[..., RunningEid], gateway: Gateway, register: Register, logout_endpoint: LogoutEndpoint
) -> World:
    eid = new_eid(register.origin)
    logout = f"http://127.0.0.1:{logout_endpoint.port}/backchannel-logout"
    national = RelyingParty(
        eid.issuer,
        "national",
        "http://national.localhost:8603/vneid/tro-ve",
        "portal-national",
        backchannel_logout_uri=logout,
        name=("Cổng Dịch vụ công quốc gia", "National Public Service Portal"),
    )
    province = RelyingParty(
        eid.issuer,
        "quangtri",
        "http://quangtri.localhost:8604/vneid/tro-ve",
        "portal-quangtri",
        system="province",
        backchannel_logout_uri=logout,
        name=("Cổng Dịch vụ công tỉnh Quảng Trị", "Quảng Trị Public Service Portal"),
    )
    eid.register(national.metadata(), province.metadata())
    eid.start()
    return World(eid, gateway, register, national, province, logout_endpoint, numbers())


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running() as browser:
        yield browser


@pytest.fixture(autouse=True)
def _register_is_up(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "register" in request.fixturenames or "world" in request.fixturenames:
        register: Register = request.getfixturevalue("register")
        register.down = register.garbage = False
        register.answers.clear()
