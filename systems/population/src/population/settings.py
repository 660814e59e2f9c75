"""The settings of the register: read from the environment once, judged whole, frozen."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kernel import country_time

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SettingsError(Exception):
    """What is wrong, one line for each fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """See ``.env.example`` for what each one means."""

    origin: str
    host: str
    port: int
    database_url: str
    keys_dir: Path
    eid_url: str
    eid_client_id: str
    client_id: str
    staff_email: str
    smtp_url: str
    run_id: str
    test_environment: bool
    alarm_no_match: int
    alarm_clients: int
    alarm_burst: int
    bulk_workers: int
    tokens_per_minute: int


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine only."""
    return host in _LOOPBACK or host.endswith(".localhost")


def _number(environ: Mapping[str, str], name: str, default: int, faults: list[str]) -> int:
    text = environ.get(name, str(default))
    if not (text.isascii() and text.isdigit() and int(text) >= 1):
        faults.append(f"{name}: a whole number of at least 1 is expected")
        return default
    return int(text)


def _origin(environ: Mapping[str, str], name: str, faults: list[str]) -> tuple[str, str]:
    """The origin and its host; the host of what is no origin is empty, so not loopback."""
    text, host = environ.get(name, ""), ""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and text == f"{parts.scheme}://{parts.netloc}" and parts.port != 0
        host = parts.hostname or ""
    except ValueError:
        whole = False
    if not whole or not host:
        faults.append(f"{name}: an origin such as http://population.localhost:8602 is expected, without a path")
    elif text.startswith("http://") and not is_loopback(host):
        faults.append(f"{name}: http is for loopback only; use https")
    return text, host


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and judge all settings. Raises SettingsError with every fault at once."""
    environ = os.environ if environ is None else environ
    faults: list[str] = []
    origin, public_host = _origin(environ, "POPULATION_ORIGIN", faults)
    eid_url, _ = _origin(environ, "POPULATION_EID_URL", faults)
    host, _, port = environ.get("POPULATION_LISTEN", "127.0.0.1:8602").rpartition(":")
    test_environment = environ.get("POPULATION_TEST_ENVIRONMENT", "") == "1"
    database_url = environ.get("POPULATION_DATABASE_URL", "")
    staff_email = environ.get("POPULATION_STAFF_EMAIL", "")
    smtp_url = environ.get("SMTP_URL", "")
    keys_dir = environ.get("POPULATION_KEYS_DIR", "")
    settings = Settings(
        origin=origin,
        host=host,
        port=int(port) if port.isdigit() else 0,
        database_url=database_url,
        keys_dir=Path(keys_dir),
        eid_url=eid_url,
        eid_client_id=environ.get("POPULATION_EID_CLIENT_ID", "eid"),
        client_id=environ.get("POPULATION_CLIENT_ID", "population"),
        staff_email=staff_email,
        smtp_url=smtp_url,
        run_id=environ.get("MOTCUA_RUN_ID", ""),
        test_environment=test_environment,
        alarm_no_match=_number(environ, "POPULATION_ALARM_NO_MATCH", 20, faults),
        alarm_clients=_number(environ, "POPULATION_ALARM_CLIENTS", 3, faults),
        alarm_burst=_number(environ, "POPULATION_ALARM_BURST", 300, faults),
        tokens_per_minute=_number(environ, "POPULATION_TOKENS_PER_MINUTE", 120, faults),
        bulk_workers=_number(environ, "POPULATION_BULK_WORKERS", os.cpu_count() or 1, faults),
    )
    rules = (
        (not database_url.startswith("postgresql://"), "POPULATION_DATABASE_URL: postgresql://… is expected"),
        (not keys_dir, "POPULATION_KEYS_DIR: a folder for keys is expected"),
        (not host or not port.isdigit(), "POPULATION_LISTEN: host:port is expected"),
        ("@" not in staff_email, "POPULATION_STAFF_EMAIL: the mail address that alarms go to is expected"),
        (not smtp_url.startswith(("smtp://", "smtps://")), "SMTP_URL: smtp://host:port is expected"),
        (
            # guard: npd-test-environment-is-loopback-only
            test_environment and not is_loopback(public_host),
            "POPULATION_TEST_ENVIRONMENT: a test environment runs on loopback only",
        ),
    )
    faults += [message for wrong, message in rules if wrong]
    try:
        moved = country_time.offset() != 0
        if moved and not is_loopback(public_host):
            faults.append("MOTCUA_COUNTRY_TIME: the country's clock can be moved on loopback only")
    except country_time.CountryTimeError as error:
        faults.append(str(error))
    if faults:
        raise SettingsError(faults)
    return settings
