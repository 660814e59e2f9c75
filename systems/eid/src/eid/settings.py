"""The one settings object, from the environment; validated whole (`eid check`). Read by app.py and cli.py only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from eid.clients.redirection import is_loopback
from eid.clients.software_statement import Trusted, read_trusted
from eid.endpoints.proxies import FORMATS, read_networks
from eid.outbound import Allowed, AllowedRefused

_HEADER: Final = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)


class SettingsRefused(Exception):
    """The environment is not good. `faults`: one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Settings:
    """See .env.example for each name."""

    issuer: str
    host: str
    port: int
    database_url: str
    keys_dir: Path
    population_url: str
    population_client_id: str
    sms_gateway_url: str
    sms_gateway_token: str
    smtp_url: str
    run_id: str
    test_environment: bool
    test_approvals: bool
    test_single_factor: bool
    dynamic_registration: bool
    software_statement_issuers: Trusted
    trusted_proxies: str
    client_cert_header: str
    client_cert_format: Literal["rfc9440", "escaped-pem"]
    client_cert_ca: Path | None
    mtls_origin: str | None
    workers: int
    outbound_allow: Allowed


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from `environ`. Raises SettingsRefused with every fault at once."""
    host, _, port = environ.get("EID_LISTEN", "127.0.0.1:8601").rpartition(":")
    issuer = environ.get("EID_ISSUER", "")
    parts = urlsplit(issuer)
    loopback = is_loopback(parts.hostname or "")
    outbound_allow = _outbound_allow(environ.get("EID_OUTBOUND_ALLOW", ""))
    trusted = _trusted(environ.get("EID_SOFTWARE_STATEMENT_ISSUERS", ""))
    table = (
        (not issuer, "EID_ISSUER is missing"),
        (bool(issuer) and parts.scheme not in {"http", "https"}, "EID_ISSUER is not an http(s) address"),
        (bool(parts.path or parts.query or parts.fragment), "EID_ISSUER has a path; it is an origin without slash"),
        (parts.scheme == "http" and not loopback, "EID_ISSUER is http outside loopback"),
        (not host or not port.isdigit(), "EID_LISTEN is not host:port"),
        (not environ.get("EID_DATABASE_URL", "").startswith("postgresql://"), "EID_DATABASE_URL is not postgresql://…"),
        (not environ.get("EID_KEYS_DIR"), "EID_KEYS_DIR is missing"),
        (not environ.get("EID_POPULATION_URL"), "EID_POPULATION_URL is missing"),
        (not environ.get("SMS_GATEWAY_URL"), "SMS_GATEWAY_URL is missing"),
        (not environ.get("SMTP_URL"), "SMTP_URL is missing"),
        (
            environ.get("MOTCUA_COUNTRY_TIME", "").strip() not in {"", "0"} and not loopback,
            "MOTCUA_COUNTRY_TIME is refused outside loopback",
        ),
        *_test_faults(environ, loopback),
        *_proxy_faults(environ),
        (not environ.get("EID_WORKERS", "1").isdigit(), "EID_WORKERS is not a number"),
        (environ.get("EID_DYNAMIC_REGISTRATION", "0") not in {"0", "1"}, "EID_DYNAMIC_REGISTRATION is 0 or 1"),
        (trusted is None, "EID_SOFTWARE_STATEMENT_ISSUERS is not a JSON file of issuers and their JWK Sets"),
        (outbound_allow is None, "EID_OUTBOUND_ALLOW is not a list of host or host:port"),
    )
    faults = [fault for wrong, fault in table if wrong]
    if faults or outbound_allow is None or trusted is None:
        raise SettingsRefused(faults)
    return Settings(
        issuer=issuer,
        host=host,
        port=int(port),
        database_url=environ["EID_DATABASE_URL"],
        keys_dir=Path(environ["EID_KEYS_DIR"]),
        population_url=environ["EID_POPULATION_URL"],
        population_client_id=environ.get("EID_POPULATION_CLIENT_ID", "eid"),
        sms_gateway_url=environ["SMS_GATEWAY_URL"],
        sms_gateway_token=environ.get("SMS_GATEWAY_TOKEN", ""),
        smtp_url=environ["SMTP_URL"],
        run_id=environ.get("MOTCUA_RUN_ID", ""),
        test_environment=environ.get("EID_TEST_ENVIRONMENT") == "1",
        test_approvals=environ.get("EID_TEST_APPROVALS") == "1",
        dynamic_registration=environ.get("EID_DYNAMIC_REGISTRATION") == "1",
        software_statement_issuers=trusted,
        test_single_factor=environ.get("EID_TEST_SINGLE_FACTOR") == "1",
        trusted_proxies=environ.get("EID_TRUSTED_PROXIES", ""),
        client_cert_header=environ.get("EID_CLIENT_CERT_HEADER", ""),
        client_cert_format="escaped-pem" if environ.get("EID_CLIENT_CERT_FORMAT") == "escaped-pem" else "rfc9440",
        client_cert_ca=Path(environ["EID_CLIENT_CERT_CA"]) if environ.get("EID_CLIENT_CERT_CA") else None,
        mtls_origin=environ.get("EID_MTLS_ORIGIN") or None,
        workers=max(1, int(environ.get("EID_WORKERS", "1"))),
        outbound_allow=outbound_allow,
    )


def _test_faults(environ: Mapping[str, str], loopback: bool) -> tuple[tuple[bool, str], ...]:
    """What weakens something for tests stays on loopback and shows itself (architecture.md 8.10)."""
    environment, approvals = environ.get("EID_TEST_ENVIRONMENT", "0"), environ.get("EID_TEST_APPROVALS", "0")
    single = environ.get("EID_TEST_SINGLE_FACTOR", "0")
    return (
        (single not in {"0", "1"}, "EID_TEST_SINGLE_FACTOR is 0 or 1"),
        # guard: eid-single-factor-on-loopback-only
        (single == "1" and not loopback, "EID_TEST_SINGLE_FACTOR=1 is refused outside loopback"),
        (
            single == "1" and environment != "1",
            "EID_TEST_SINGLE_FACTOR=1 needs EID_TEST_ENVIRONMENT=1, whose banner shows it on every page",
        ),
        (environment not in {"0", "1"}, "EID_TEST_ENVIRONMENT is 0 or 1"),
        (environment == "1" and not loopback, "EID_TEST_ENVIRONMENT=1 is refused outside loopback"),
        (approvals not in {"0", "1"}, "EID_TEST_APPROVALS is 0 or 1"),
        # guard: eid-test-approvals-on-loopback-only
        (approvals == "1" and not loopback, "EID_TEST_APPROVALS=1 is refused outside loopback"),
        (
            approvals == "1" and environment != "1",
            "EID_TEST_APPROVALS=1 needs EID_TEST_ENVIRONMENT=1, whose banner shows it on every page",
        ),
    )


def _proxy_faults(environ: Mapping[str, str]) -> tuple[tuple[bool, str], ...]:
    """What is said about the TLS proxy in front has to fit together (RFC 9440, RFC 8705 5)."""
    header, mtls = environ.get("EID_CLIENT_CERT_HEADER", ""), environ.get("EID_MTLS_ORIGIN", "")
    parts, authority = urlsplit(mtls), environ.get("EID_CLIENT_CERT_CA")
    try:
        named = bool(read_networks(environ.get("EID_TRUSTED_PROXIES", "")))
        networks = True
    except ValueError:
        named = networks = False
    written = environ.get("EID_CLIENT_CERT_FORMAT", "rfc9440")
    return (
        (not networks, "EID_TRUSTED_PROXIES is not a list of IP addresses or networks"),
        (bool(header) and networks and not named, "EID_CLIENT_CERT_HEADER needs EID_TRUSTED_PROXIES"),
        (bool(header) and not _HEADER.fullmatch(header), "EID_CLIENT_CERT_HEADER is not the name of a header"),
        (written not in FORMATS, f"EID_CLIENT_CERT_FORMAT is none of {', '.join(FORMATS)}"),
        (bool(mtls) and not header, "EID_MTLS_ORIGIN needs EID_CLIENT_CERT_HEADER"),
        (bool(mtls) and (parts.scheme != "https" or bool(parts.path)), "EID_MTLS_ORIGIN is not an https origin"),
        (bool(authority) and not Path(str(authority)).is_file(), "EID_CLIENT_CERT_CA is not a file"),
    )


def _trusted(path: str) -> Trusted | None:
    try:
        return read_trusted(Path(path).read_bytes()) if path else {}
    except (OSError, ValueError):
        return None


def _outbound_allow(text: str) -> Allowed | None:
    try:
        return Allowed.read(text)
    except AllowedRefused:
        return None
