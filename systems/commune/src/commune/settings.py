"""The one settings object of a commune site, read from the environment and judged whole.

Only `cli.py` and `django_settings.py` read it from the environment; everything else is handed the object. Shapes are
described in `.env.example`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

PREFIX = "COMMUNE_"
# The kinds of commune-level units (Law on local government organisation 2025, article 1).
KINDS = {"Xã": "xa", "Phường": "phuong", "Đặc khu": "dac_khu"}
KIND_WORDS_EN = {"xa": "commune", "phuong": "ward", "dac_khu": "special zone"}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class SettingsFaults(Exception):
    """The environment does not make a site. `faults` holds one line per fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Address:
    """Where a server listens: host and TCP port."""

    host: str
    port: int


@dataclass(frozen=True)
class Database:
    """One PostgreSQL role and database."""

    host: str
    port: int
    name: str
    user: str
    password: str


@dataclass(frozen=True)
class CommuneSettings:
    """Everything that differs from one commune's site to another's."""

    origin: str
    listen: Address
    database: Database
    keys_dir: Path
    files_dir: Path
    name_vi: str
    district_vi: str
    province_vi: str
    phone: str
    office_hours: str
    portal_national_url: str
    portal_province_url: str
    former_hosts: frozenset[str]
    test_environment: bool
    run_id: str

    @property
    def host(self) -> str:
        """The host name of the site's origin."""
        return urlsplit(self.origin).hostname or ""

    @property
    def kind(self) -> str:
        """`xa`, `phuong` or `dac_khu`."""
        return next(kind for word, kind in KINDS.items() if self.name_vi.startswith(word + " "))

    @property
    def short_name(self) -> str:
        """The name without its kind: `Tân Thành`."""
        return next(self.name_vi.removeprefix(w + " ") for w in KINDS if self.name_vi.startswith(w + " "))

    @property
    def name_in_sentence(self) -> str:
        """The Vietnamese name inside a sentence: `xã Tân Thành`."""
        return self.name_vi[0].lower() + self.name_vi[1:]

    @property
    def name_in_editor(self) -> str:
        """How the editor calls the site; it has no room for the test banner, so its own name says it on every page."""
        return f"{self.name_vi} (môi trường thử nghiệm)" if self.test_environment else self.name_vi

    @property
    def name_en(self) -> str:
        """`Tân Thành commune`."""
        return f"{self.short_name} {KIND_WORDS_EN[self.kind]}"


def is_loopback(host: str) -> bool:
    """Whether a host name never leaves this machine (RFC 6761 section 6.3)."""
    return host in LOOPBACK or host.endswith(".localhost")


def _origin_fault(name: str, value: str) -> str | None:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment:
        return f"{name} must be an origin such as https://tanthanh.example, without a path"
    return None


def _address(value: str) -> Address | None:
    host, _, port = value.rpartition(":")
    return Address(host, int(port)) if host and port.isdecimal() and 0 < int(port) < 65536 else None


def _database(value: str) -> Database | None:
    parts = urlsplit(value)
    try:
        port = parts.port or 5432
    except ValueError:
        return None
    name = parts.path.lstrip("/")
    if parts.scheme != "postgresql" or not (parts.hostname and parts.username and name):
        return None
    return Database(parts.hostname, port, unquote(name), unquote(parts.username), unquote(parts.password or ""))


class _Reader:
    """Reads names from the environment and gathers what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        value = self.environ.get(PREFIX + name, "").strip()
        if not value and default is None:
            self.faults.append(f"{PREFIX}{name} is missing")
        return value or (default or "")

    def origin(self, name: str) -> str:
        value = self.text(name).rstrip("/")
        if value and (fault := _origin_fault(PREFIX + name, value)):
            self.faults.append(fault)
        return value

    def listen(self) -> Address:
        value = self.text("LISTEN")
        address = _address(value)
        if value and address is None:
            self.faults.append(f"{PREFIX}LISTEN must be host:port, such as 127.0.0.1:8605")
        return address or Address("", 0)

    def database(self) -> Database:
        value = self.text("DATABASE_URL")
        database = _database(value)
        if value and database is None:
            self.faults.append(f"{PREFIX}DATABASE_URL must be postgresql://role:password@host:port/database")
        return database or Database("", 0, "", "", "")

    def commune_name(self) -> str:
        value = self.text("NAME_VI")
        if value and not any(value.startswith(word + " ") for word in KINDS):
            self.faults.append(f"{PREFIX}NAME_VI must begin with its kind: {', '.join(KINDS)}")
        return value


def read(environ: Mapping[str, str]) -> CommuneSettings:
    """Reads and judges all settings. Raises SettingsFaults with every fault at once, never only the first."""
    reader = _Reader(environ)
    keys_dir = Path(reader.text("KEYS_DIR") or ".")
    found = CommuneSettings(
        origin=reader.origin("ORIGIN"),
        listen=reader.listen(),
        database=reader.database(),
        keys_dir=keys_dir,
        files_dir=Path(reader.text("FILES_DIR", str(keys_dir.parent / "commune-files"))),
        name_vi=reader.commune_name(),
        district_vi=reader.text("DISTRICT_VI", ""),
        province_vi=reader.text("PROVINCE_VI"),
        phone=reader.text("PHONE", ""),
        office_hours=reader.text("OFFICE_HOURS", "7:30-11:30, 13:00-17:00"),
        portal_national_url=reader.origin("PORTAL_NATIONAL_URL"),
        portal_province_url=reader.origin("PORTAL_PROVINCE_URL"),
        former_hosts=frozenset(reader.text("FORMER_HOSTS", "").replace(",", " ").split()),
        test_environment=reader.text("TEST_ENVIRONMENT", "0") == "1",
        run_id=environ.get("MOTCUA_RUN_ID", ""),
    )
    country_time = environ.get("MOTCUA_COUNTRY_TIME", "").strip()
    faults = reader.faults + _test_environment_faults(found) + _clock_faults(found, country_time)
    if faults:
        raise SettingsFaults(faults)
    return found


def _test_environment_faults(found: CommuneSettings) -> list[str]:
    """A test environment stays on this machine, and so does everything that its pages lead to."""
    if not found.test_environment:
        return []
    # guard: commune-test-environment-stays-on-loopback
    places = {
        "ORIGIN": found.host,
        "LISTEN": found.listen.host,
        "PORTAL_NATIONAL_URL": urlsplit(found.portal_national_url).hostname or "",
        "PORTAL_PROVINCE_URL": urlsplit(found.portal_province_url).hostname or "",
    }
    return [
        f"{PREFIX}TEST_ENVIRONMENT=1 is refused: {PREFIX}{name} is not on loopback"
        for name, host in places.items()
        if host and not is_loopback(host)
    ]


def _clock_faults(found: CommuneSettings, country_time: str) -> list[str]:
    """A country with a clock of its own stays on this machine: a real site must not misdate the law."""
    if country_time in {"", "0"} or not found.host or is_loopback(found.host):
        return []
    return [f"MOTCUA_COUNTRY_TIME is refused: {PREFIX}ORIGIN is not on loopback"]


@cache
def current() -> CommuneSettings:
    """The settings of this process. Raises SettingsFaults."""
    return read(os.environ)
