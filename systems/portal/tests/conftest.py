"""Portal tests: Django over a real PostgreSQL, browsers with cookies, and the two ways of being signed in.

Rules need nothing from here. Tests that touch the database use pytest-django's `db` (rolled back) or
`transactional_db` (committed, flushed afterwards), over a database that is made for this run.
"""

from __future__ import annotations

import os
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


sys.path.insert(0, str(Path(__file__).parent))  # portal_agencies
_keys = tempfile.mkdtemp(prefix="portal-keys-")
EID_PORT, REGISTER_PORT = _free_port(), _free_port()
os.environ.update(
    {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_ROLE": os.environ.get("PORTAL_ROLE", "national"),
        "PORTAL_KEYS_DIR": _keys,
        "PORTAL_TEST_ENVIRONMENT": "1",
        "PORTAL_DATABASE_URL": "postgresql://nobody:none@127.0.0.1:1/none",
        "SMS_GATEWAY_URL": "http://127.0.0.1:1/sms",
        "SMS_GATEWAY_TOKEN": "test-token",
        "SMTP_URL": "smtp://127.0.0.1:1",
        "PORTAL_POPULATION_ORIGIN": f"http://population.localhost:{REGISTER_PORT}",
        "PORTAL_EID_ISSUER": f"http://eid.localhost:{EID_PORT}",
    }
)

import django  # noqa: E402

django.setup()

import pytest  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from portal.accounts import sessions  # noqa: E402
from portal.accounts.models import Door, Kind, PortalAccount, Profile  # noqa: E402
from portal.config import CONFIG  # noqa: E402
from portal.eid_login.identity import VerifiedIdentity  # noqa: E402

ACR = {1: "urn:motcua:acr:eid1", 2: "urn:motcua:acr:eid2"}


@pytest.fixture(scope="session")
def django_db_setup(
    make_filled_database: Callable[[str, Callable[[str], None]], str], django_db_blocker: Any
) -> Iterator[None]:
    """A database of this run's own, migrated; pytest-django's own way would need a superuser."""
    from urllib.parse import urlsplit

    def use(address: str) -> None:
        url = urlsplit(address)
        settings = connections["default"].settings_dict
        settings.update(
            NAME=url.path.lstrip("/"), USER=url.username, PASSWORD=url.password, HOST=url.hostname, PORT=str(url.port)
        )
        settings["OPTIONS"].pop("pool", None)

    def migrate(address: str) -> None:
        use(address)
        with django_db_blocker.unblock():
            call_command("migrate", verbosity=0, interactive=False)
            connections.close_all()

    use(make_filled_database(f"portal_{CONFIG.role}", migrate))
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture(scope="session")
def _issuer() -> Iterator[Any]:
    from portal_agencies import Issuer

    server = Issuer(CONFIG.eid_issuer, EID_PORT)
    yield server
    server.close()


@pytest.fixture
def issuer(_issuer: Any) -> Any:
    """The e-ID as a provider that the test plays (portal_agencies.Issuer)."""
    _issuer.down = False
    return _issuer


@pytest.fixture(scope="session")
def _register() -> Iterator[Any]:
    from portal_agencies import RegisterDesk

    server = RegisterDesk(REGISTER_PORT)
    yield server
    server.close()


@pytest.fixture
def register_desk(_register: Any) -> Any:
    """The register, told what to say (portal_agencies.RegisterDesk)."""
    _register.reset()
    return _register


@pytest.fixture
def browser() -> Callable[[], Client]:
    """`browser()`: a new browser (cookie jar) that talks to this portal like a browser does, with an Origin."""
    return new_browser


@pytest.fixture
def client() -> Client:
    """One browser."""
    return new_browser()


def new_browser() -> Client:
    """A cookie jar with the Host and Origin of this portal."""
    host = CONFIG.origin.partition("://")[2]
    return Client(headers={"host": host, "origin": CONFIG.origin})


def make_account(**said: Any) -> PortalAccount:
    """An old account with made-up data; give what matters: `personal_id=`, `state=`, `kind=`, `password=` …"""
    from portal.accounts.passwords import hash_password

    kind = said.pop("kind", Kind.CITIZEN)
    password = said.pop("password", None)
    profile = Profile.objects.create(kind=kind, display_name=said.get("full_name", "Hồ Thị Mỹ Duyên"))
    facts = {
        "full_name": "Hồ Thị Mỹ Duyên",
        "birth_date": "1985-02-12",
        "personal_id": "045185" + "".join(secrets.choice("0123456789") for _ in range(6)),
        "phone": "09" + "".join(secrets.choice("0123456789") for _ in range(8)),
        "created_at": datetime(2021, 3, 4, tzinfo=UTC),
        "password_hash": hash_password(password) if password else "",
    } | said
    return PortalAccount.objects.create(profile=profile, kind=kind, **facts)


def make_identity(**claims: Any) -> VerifiedIdentity:
    """What the e-ID would vouch for; give what matters: `personal_id=`, `sub=`, `eid_level=` …"""
    level = claims.get("eid_level", 2)
    facts: dict[str, Any] = {
        "issuer": CONFIG.eid_issuer,
        "sub": secrets.token_urlsafe(16),
        "auth_time": int(time.time()),
        "acr": ACR[level],
        "amr": ("pwd", "otp", "mfa"),
        "sid": secrets.token_urlsafe(12),
        "eid_level": level,
        "personal_id": "045185000123",
        "full_name": "Hồ Thị Mỹ Duyên",
        "birth_date": "1985-02-12",
        "sex": "F",
        "verified_at": "2024-05-04T07:49:00Z",
    }
    return VerifiedIdentity(**(facts | claims))


def put_login(client: Client, record: sessions.LoginRecord) -> None:
    """Sign a browser in without the pages; the session is a real row."""
    from django.http import HttpRequest

    from portal.accounts.session_store import SessionStore

    request = HttpRequest()
    cookie = client.cookies.get("__Host-session")
    request.session = SessionStore(cookie.value if cookie else None)
    sessions.start_login(request, record)
    client.cookies["__Host-session"] = request.session.session_key or ""


def login_old(client: Client, account: PortalAccount, **changes: Any) -> sessions.LoginRecord:
    """Sign this browser in with password and SMS code of an old account, just now."""
    facts: dict[str, Any] = {
        "how": "old",
        "auth_time": int(time.time()),
        "acr": "",
        "amr": ("pwd", "otp"),
        "sid": secrets.token_urlsafe(12),
        "issuer": CONFIG.origin,
        "sub": str(account.id),
        "profile_id": account.profile_id,
        "portal_account_id": account.id,
    }
    record = sessions.LoginRecord(**(facts | changes))
    put_login(client, record)
    return record


def login_eid(
    client: Client, identity: VerifiedIdentity | None = None, level: int = 2, profile: Profile | None = None
) -> sessions.LoginRecord:
    """Sign this browser in with the e-ID, just now; makes the profile and its door when there is none."""
    who = identity or make_identity(eid_level=level, acr=ACR[level])
    door = Door.objects.filter(issuer=who.issuer, sub=who.sub, closed_at__isnull=True).first()
    if door is None:
        owner = profile or Profile.objects.create(
            display_name=who.full_name,
            full_name=who.full_name,
            personal_id=who.personal_id,
            birth_date=who.birth_date,
            sex=who.sex,
            eid_level=who.eid_level,
            vouched_by=who.issuer,
            vouched_at=datetime.now(UTC),
        )
        door = Door.objects.create(profile=owner, issuer=who.issuer, sub=who.sub)
    record = sessions.LoginRecord(
        how="eid",
        auth_time=who.auth_time,
        acr=who.acr,
        amr=who.amr,
        sid=who.sid,
        issuer=who.issuer,
        sub=who.sub,
        profile_id=door.profile_id,
    )
    put_login(client, record)
    return record


JULY = "2024-07-01T00:00:00+07:00"


def issue_policy(citizen: str = JULY, organisation: str = "2025-07-01T00:00:00+07:00") -> None:
    """Put a policy in force at this (national) portal, as two officers would."""
    from portal.accounts import policy_issue
    from portal.accounts.cutover import Rule

    until = datetime.fromisoformat(citizen)
    rules = (
        Rule("citizen", "default", until, "Nghị định số 59/2022/NĐ-CP"),
        Rule("official", "default", until, "Nghị định số 59/2022/NĐ-CP"),
        Rule("organisation", "default", datetime.fromisoformat(organisation), "Nghị định số 69/2024/NĐ-CP"),
    )
    policy_issue.issue(rules, reason="luật", proposed_by="duty:1", approved_by="duty:2")


@pytest.fixture
def policy_until_july(db: None) -> None:
    """Old accounts of people sign in before 1 July 2024, organisations before 1 July 2025."""
    issue_policy()


@pytest.fixture
def country_date() -> Iterator[Callable[[str], None]]:
    """`country_date("2024-06-30T23:59:59+07:00")`: move the country's clock for this test."""
    patches: list[Any] = []

    def move(moment: str) -> None:
        offset = datetime.fromisoformat(moment).timestamp() - time.time()
        patch = mock.patch.dict(os.environ, {"MOTCUA_COUNTRY_TIME": str(offset)})
        patch.start()
        patches.append(patch)

    yield move
    for patch in reversed(patches):
        patch.stop()


@pytest.fixture(autouse=True)
def _country_of_the_notice(country_date: Callable[[str], None]) -> None:
    """Tests live at 14:49 on 4 May 2024, the minute of the notice, unless they move on."""
    country_date("2024-05-04T14:49:00+07:00")
