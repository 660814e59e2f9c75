"""The settings of one portal: one typed, frozen object read from the environment once.

Nothing else in the package reads `os.environ`. `faults()` judges the whole object; `portal check` prints them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Role = Literal["national", "province"]


@dataclass(frozen=True)
class Peer:
    """Another portal that this one exchanges signed messages with."""

    name: str
    origin: str
    title_vi: str = ""
    title_en: str = ""

    @property
    def title(self) -> Mapping[str, str]:
        """What people call it, by language; its short name until an operator gives one."""
        return {"vi": self.title_vi or self.name, "en": self.title_en or self.title_vi or self.name}


@dataclass(frozen=True)
class Config:
    """What an operator decides about one deployed portal. Field names follow `.env.example`."""

    role: Role
    origin: str
    files_origin: str
    listen: str
    database_url: str
    keys_dir: Path
    eid_issuer: str
    eid_client_id: str
    population_origin: str
    population_client_id: str
    national_origin: str
    name_vi: str
    name_en: str
    agency_code: str
    sms_gateway_url: str
    sms_gateway_token: str = field(repr=False)
    smtp_url: str
    mail_sender: str
    exchange_peers: tuple[Peer, ...]
    run_id: str
    test_environment: bool
    country_time: str = ""

    @property
    def host(self) -> str:
        """Host name of the portal's origin, without the port."""
        return urlsplit(self.origin).hostname or ""

    @property
    def files_host(self) -> str:
        """Host name from which uploaded files are served."""
        return urlsplit(self.files_origin).hostname or ""

    @property
    def national(self) -> bool:
        """Is this the national portal (the only one with old accounts of its own)?"""
        return self.role == "national"


def _peers(text: str, titles: str) -> tuple[Peer, ...]:
    """`quangtri=http://quangtri.localhost:8604,other=…` as peers, called as `titles` says: `quangtri=Tên|Name;…`."""
    called = {name.strip(): words for name, _, words in (item.partition("=") for item in titles.split(";") if item)}
    pairs = (item.partition("=") for item in text.replace(" ", ",").split(",") if item)
    return tuple(
        Peer(name, origin.rstrip("/"), *(word.strip() for word in called.get(name, "").split("|", 1)))
        for name, _, origin in pairs
    )


def from_environment(environ: Mapping[str, str]) -> Config:
    """Read the settings; what is missing gets the value of a portal on the developer's own machine."""
    role: Role = "province" if environ.get("PORTAL_ROLE", "national") == "province" else "national"
    short = "national" if role == "national" else "quangtri"
    port = "8603" if role == "national" else "8604"
    origin = environ.get("PORTAL_ORIGIN", f"http://{short}.localhost:{port}").rstrip("/")
    default_name = (
        ("Cổng Dịch vụ công quốc gia", "National Public Service Portal")
        if role == "national"
        else ("Cổng Dịch vụ công tỉnh Quảng Trị", "Quảng Trị Public Service Portal")
    )
    return Config(
        role=role,
        origin=origin,
        files_origin=environ.get("PORTAL_FILES_ORIGIN", f"http://files-{short}.localhost:{port}").rstrip("/"),
        listen=environ.get("PORTAL_LISTEN", f"127.0.0.1:{port}"),
        database_url=environ.get("PORTAL_DATABASE_URL", ""),
        keys_dir=Path(environ.get("PORTAL_KEYS_DIR", ".motcua/keys-portal")),
        eid_issuer=environ.get("PORTAL_EID_ISSUER", "http://eid.localhost:8601").rstrip("/"),
        eid_client_id=environ.get("PORTAL_EID_CLIENT_ID", short),
        population_origin=environ.get("PORTAL_POPULATION_ORIGIN", "http://population.localhost:8602").rstrip("/"),
        population_client_id=environ.get("PORTAL_POPULATION_CLIENT_ID", short),
        national_origin=environ.get("PORTAL_NATIONAL_ORIGIN", "http://national.localhost:8603").rstrip("/"),
        name_vi=environ.get("PORTAL_NAME_VI", default_name[0]),
        name_en=environ.get("PORTAL_NAME_EN", default_name[1]),
        agency_code=environ.get("PORTAL_AGENCY_CODE", "000.00.00.G22" if role == "national" else "000.00.00.H50"),
        sms_gateway_url=environ.get("SMS_GATEWAY_URL", ""),
        sms_gateway_token=environ.get("SMS_GATEWAY_TOKEN", ""),
        smtp_url=environ.get("SMTP_URL", ""),
        mail_sender=environ.get("PORTAL_MAIL_SENDER", f"khong-tra-loi@{urlsplit(origin).hostname}"),
        exchange_peers=_peers(environ.get("EXCHANGE_PEERS", ""), environ.get("EXCHANGE_PEER_TITLES", "")),
        run_id=environ.get("MOTCUA_RUN_ID", ""),
        test_environment=environ.get("PORTAL_TEST_ENVIRONMENT", "") == "1",
        country_time=environ.get("MOTCUA_COUNTRY_TIME", "").strip(),
    )


def is_loopback(host: str) -> bool:
    """Does this host name stay on the machine (RFC 6761 section 6.3)?"""
    return host == "localhost" or host.endswith(".localhost") or host in {"127.0.0.1", "::1"}


def faults(config: Config) -> list[str]:
    """Everything wrong with the settings, one line each; empty when the portal may start."""
    secure = config.origin.startswith("https://") or is_loopback(config.host)
    table = (
        (
            not config.database_url.startswith("postgresql://"),
            "PORTAL_DATABASE_URL: give postgresql://role:password@host/db",
        ),
        (not secure, "PORTAL_ORIGIN: https only, except on *.localhost"),
        (config.files_host == config.host, "PORTAL_FILES_ORIGIN: files need a host of their own"),
        (config.test_environment and not is_loopback(config.host), "PORTAL_TEST_ENVIRONMENT: loopback hosts only"),
        (
            config.country_time not in ("", "0") and not is_loopback(config.host),
            "MOTCUA_COUNTRY_TIME: loopback hosts only; in life the country's time is the time",
        ),
        (not config.sms_gateway_url, "SMS_GATEWAY_URL: missing; one-time codes could not be sent"),
        (bool(config.sms_gateway_url) and not config.sms_gateway_token, "SMS_GATEWAY_TOKEN: missing"),
        (not config.smtp_url.startswith("smtp"), "SMTP_URL: give smtp://host:port"),
        (":" not in config.listen, "PORTAL_LISTEN: give address:port"),
        (
            config.keys_dir.exists() and (config.keys_dir.stat().st_mode & 0o077) != 0,
            "PORTAL_KEYS_DIR: must be readable by its owner only (mode 0700)",
        ),
    )
    return [message for wrong, message in table if wrong]


CONFIG = from_environment(os.environ)
