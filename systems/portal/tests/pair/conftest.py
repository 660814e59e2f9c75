"""Two real portals, national and provincial: each with its own database, keys, server process and worker."""

from __future__ import annotations

import html
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import pytest

from wire import loopback

BIN = Path(sys.executable).parent
NOTICE = "2024-05-04T14:49:00+07:00"


@dataclass
class Portal:
    """One portal, its processes, and a hand inside it."""

    role: str
    origin: str
    env: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    hand: subprocess.Popen[str] | None = None
    server: subprocess.Popen[bytes] | None = None

    def run(self, *command: str) -> None:
        subprocess.run(
            [str(BIN / command[0]), *command[1:]], env=self.env, check=True, stdout=LOG, stderr=LOG, timeout=120
        )

    def start(self) -> None:
        self.run("portal", "keys", "ensure")
        self.run("portal", "migrate")
        self.serve()
        self._spawn("portal", "worker")
        self.wait()

    def serve(self) -> None:
        self.server = self._spawn("portal", "serve")

    def _spawn(self, *command: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([str(BIN / command[0]), *command[1:]], env=self.env, stdout=LOG, stderr=LOG)
        self.running.append(process)
        return process

    @contextmanager
    def away(self) -> Iterator[None]:
        """This portal's server does not answer; its database and worker go on."""
        assert self.server is not None
        self.server.terminate()
        self.server.wait(20)
        self.running.remove(self.server)
        try:
            yield
        finally:
            self.serve()
            self.wait()

    def wait(self) -> None:
        for _ in range(900):
            try:
                with loopback.client() as http:
                    if http.get(self.origin + "/healthz").status_code == 200:
                        return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise TimeoutError(self.origin)

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(20)
        self.running.clear()

    def inside(self, code: str, **given: Any) -> Any:
        """Run code in the portal's own environment; it sets `answer`."""
        if self.hand is None:
            script = str(Path(__file__).parent / "inside.py")
            self.hand = subprocess.Popen(
                [sys.executable, script],
                env=self.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=LOG,
                text=True,
            )
        assert self.hand.stdin is not None
        assert self.hand.stdout is not None
        values = "".join(f"{name} = {value!r}\n" for name, value in given.items())
        self.hand.stdin.write(json.dumps({"code": values + textwrap.dedent(code)}) + "\n")
        self.hand.stdin.flush()
        while not (line := self.hand.stdout.readline()).startswith("\x1e"):
            assert line, "the hand inside has died"
        said = json.loads(line[1:])
        assert "fault" not in said, said["fault"]
        return said["answer"]

    def count(self, model: str, **which: Any) -> int:
        return int(
            self.inside(
                "from django.apps import apps; answer = apps.get_model(model).objects.filter(**which).count()",
                model=model,
                which=which,
            )
        )


@dataclass
class Pair:
    """Both portals and the country's clock."""

    national: Portal
    province: Portal
    clock: Path

    def country(self, moment: str) -> None:
        offset = datetime.fromisoformat(moment).timestamp() - time.time()
        draft = self.clock.with_suffix(".new")
        draft.write_text(str(offset))
        draft.rename(self.clock)


class Browser:
    """A cookie jar per host that follows redirects between the portals, as a browser does."""

    def __init__(self) -> None:
        self.jars: dict[str, dict[str, str]] = {}
        self.seen: list[str] = []

    def get(self, url: str, *, follow: bool = True) -> httpx.Response:
        return self._send("GET", url, follow=follow)

    def post(self, url: str, data: dict[str, str] | None = None, *, follow: bool = True) -> httpx.Response:
        """Post as a form of a page that this browser has open: with its Origin and its CSRF token."""
        page = self._send("GET", url, follow=False)
        token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        return self._send("POST", url, follow=follow, data={"csrfmiddlewaretoken": token} | (data or {}))

    def hold(self, portal: Portal, key: str) -> None:
        """Carry this session cookie at this portal."""
        self.jars.setdefault(portal.origin.partition("//")[2], {})["__Host-session"] = key

    def _send(self, method: str, url: str, *, follow: bool, data: dict[str, str] | None = None) -> httpx.Response:
        for _ in range(12):
            origin = "/".join(url.split("/")[:3])
            host = origin.partition("//")[2]
            jar = self.jars.setdefault(host, {})
            headers = {"cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
            with loopback.client(timeout=httpx.Timeout(15.0)) as http:
                response = http.request(method, url, data=data, headers=headers | ({"origin": origin} if data else {}))
            self.seen.append(url.partition("//")[2].partition("?")[0])
            for line in response.headers.get_list("set-cookie"):
                jar |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
            onward = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', response.text)
            if not follow or not (response.is_redirect or onward):
                return response
            location = response.headers["location"] if onward is None else html.unescape(onward[1])
            url, method, data = (location if "://" in location else origin + location), "GET", None
        raise AssertionError(f"redirects without end: {self.seen}")


FRESH_COPY = """
from datetime import UTC, datetime
from portal.accounts.models_policy import PolicyCopy
answer = PolicyCopy.objects.update(confirmed_at=datetime.now(UTC))
"""
LOG = open(os.environ.get("PAIR_LOG", os.devnull), "ab")  # noqa: SIM115


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def pair(make_database: Callable[[str], str]) -> Iterator[Pair]:
    """National and Quảng Trị, trusting each other, holding the law's policy, at the minute of the notice."""
    folder = Path(tempfile.mkdtemp(prefix="portal-pair-"))
    ports = {"national": _free_port(), "province": _free_port()}
    origins = {
        "national": f"http://national.localhost:{ports['national']}",
        "province": f"http://quangtri.localhost:{ports['province']}",
    }
    portals = {role: Portal(role, origins[role], _environment(role, origins, folder, make_database)) for role in ports}
    both = Pair(portals["national"], portals["province"], folder / "clock")
    both.country(NOTICE)
    try:
        with ThreadPoolExecutor() as together:
            list(together.map(Portal.start, portals.values()))
        _introduce(both)
        yield both
    finally:
        for portal in portals.values():
            portal.stop()
            if portal.hand is not None and portal.hand.stdin is not None:
                portal.hand.stdin.close()
                portal.hand.wait(10)


def _environment(
    role: str, origins: dict[str, str], folder: Path, make_database: Callable[[str], str]
) -> dict[str, str]:
    peer = "province" if role == "national" else "national"
    keys = folder / role
    keys.mkdir(mode=0o700)
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_ROLE": role,
        "PORTAL_ORIGIN": origins[role],
        "PORTAL_LISTEN": "127.0.0.1:" + origins[role].rpartition(":")[2],
        "PORTAL_FILES_ORIGIN": origins[role].replace("//", "//files-"),
        "PORTAL_NATIONAL_ORIGIN": origins["national"],
        "PORTAL_EID_ISSUER": "http://eid.localhost:1",
        "PORTAL_KEYS_DIR": str(keys),
        "PORTAL_DATABASE_URL": make_database(f"pair_{role}"),
        "PORTAL_TEST_ENVIRONMENT": "1",
        "EXCHANGE_PEERS": f"{'quangtri' if role == 'national' else 'national'}={origins[peer]}",
        "MOTCUA_COUNTRY_TIME": f"@{folder / 'clock'}",
        "SMS_GATEWAY_URL": "http://127.0.0.1:1/sms",
        "SMS_GATEWAY_TOKEN": "test",
        "SMTP_URL": "smtp://127.0.0.1:1",
        "PYTHONWARNINGS": "ignore",
    }


def _introduce(pair: Pair) -> None:
    pair.national.inside("from portal.campaign.law import seed\nanswer = seed().version")
    trust = "from portal.exchange.cli import trust_peer\nanswer = trust_peer(origin)"
    assert pair.national.inside(trust, origin=pair.province.origin) == 0
    assert pair.province.inside(trust, origin=pair.national.origin) == 0
    wait_until(lambda: pair.national.count("oauth2_provider.Application") == 1)


@pytest.fixture
def eventually() -> Callable[..., None]:
    """`eventually(holds)`: wait for what a worker does."""
    return wait_until


def wait_until(holds: Callable[[], Any], seconds: float = 20.0) -> None:
    """Wait until something that a worker does has been done."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


@pytest.fixture(autouse=True)
def _at_the_notice(request: pytest.FixtureRequest) -> None:
    if "pair" in request.fixturenames:
        both = request.getfixturevalue("pair")
        both.country(NOTICE)
        both.province.inside(FRESH_COPY)


@pytest.fixture
def browser() -> Callable[[], Browser]:
    """`browser()`: a new browser."""
    return Browser


@pytest.fixture
def people(pair: Pair) -> Any:
    """Makes people of the national portal and signs them in there."""
    return People(pair)


class People:
    """Old accounts and proven persons at the national portal; each sign-in gives a session cookie."""

    def __init__(self, pair: Pair) -> None:
        self.national, self.province = pair.national, pair.province

    def old(self, **said: Any) -> dict[str, str]:
        """An old account, signed in: `{"account", "profile", "session", "sid"}`."""
        return dict(self.national.inside(SIGN_IN_OLD, said=said))

    def proven(self, number: str, **said: Any) -> dict[str, str]:
        """A person proven by the e-ID, signed in at the national portal."""
        return dict(self.national.inside(SIGN_IN_EID, number=number, said=said))

    def link(self, account: str, person: str, happening: str = "account_linked") -> None:
        """What the link's transaction tells the provinces (the link itself is proven in `accounts`)."""
        self.national.inside(HAPPENS, account=account, person=person, happening=happening)

    def shows_eid(self, session: str | None, number: str, sub: str) -> str:
        """This browser's province session after an e-ID sign-in has come back; returns the session cookie."""
        return str(self.province.inside(SHOW_EID, session=session, number=number, sub=sub))


SIGN_IN_OLD = """
import secrets, time
from datetime import UTC, datetime
from django.http import HttpRequest
from portal.accounts import sessions
from portal.accounts.models import PortalAccount, Profile
from portal.accounts.session_store import SessionStore
from portal.config import CONFIG
kind = said.get("kind", "citizen")
if "account" in said:
    account = PortalAccount.objects.get(pk=said["account"])
else:
    profile = Profile.objects.create(kind=kind, display_name="Hồ Thị Mỹ Duyên")
    account = PortalAccount.objects.create(profile=profile, kind=kind, cohort=said.get("cohort", "default"),
        full_name="Hồ Thị Mỹ Duyên", birth_date="1985-02-12", phone="0912345678", created_at=datetime.now(UTC))
request = HttpRequest(); request.session = SessionStore()
record = sessions.LoginRecord(how="old", auth_time=int(time.time()), acr="", amr=("pwd", "otp"),
    sid=secrets.token_urlsafe(9), issuer=CONFIG.origin, sub=str(account.pk),
    profile_id=account.profile_id, portal_account_id=account.pk)
sessions.start_login(request, record)
answer = {"account": str(account.pk), "profile": str(account.profile_id), "sid": record.sid,
    "session": request.session.session_key}
"""

HAPPENS = """
from django.db import transaction
from portal.accounts import signals
from portal.accounts.models import PortalAccount, Profile
with transaction.atomic():
    whose = {"account": PortalAccount.objects.get(pk=account), "profile": Profile.objects.get(pk=person)}
    getattr(signals, happening).send(sender=None, link=None, sids=[], **whose)
answer = True
"""

PROVEN = """
import secrets, time
from django.http import HttpRequest
from portal.accounts import persons, sessions
from portal.accounts.session_store import SessionStore
from portal.config import CONFIG
from portal.eid_login.identity import VerifiedIdentity
def proven(sub):
    return VerifiedIdentity(issuer=CONFIG.eid_issuer, sub=sub, auth_time=int(time.time()), acr="urn:motcua:acr:eid2",
        amr=("pwd", "otp", "mfa"), sid=secrets.token_urlsafe(9), eid_level=2, personal_id=number,
        full_name="Hồ Thị Mỹ Duyên", birth_date="1985-02-12", sex="F", verified_at="2024-05-04T07:49:00Z")
"""

SIGN_IN_EID = (
    PROVEN
    + """
who = proven(said.get("sub") or secrets.token_urlsafe(9))
profile = persons.profile_of(who.issuer, who.sub) or persons.make_profile(who)
request = HttpRequest(); request.session = SessionStore()
record = persons.login_of(who, profile)
sessions.start_login(request, record)
answer = {"profile": str(profile.pk), "session": request.session.session_key, "sid": record.sid}
"""
)

SHOW_EID = (
    PROVEN
    + """
who = proven(sub)
session_ = SessionStore(session)
session_["eid_result"] = {"identity": who.to_json(), "intent": "sign_in", "started_at": int(time.time()),
    "about": {"next": "/tai-khoan"}}
session_.save()
answer = session_.session_key
"""
)
