"""The systems of the country as a table: who runs where, with which words and which settings.

Each system gets its settings as an agency would give them: by environment, its own keys, its own database.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.places import Places

COMMAND = Path(sys.executable).parent


@dataclass(frozen=True)
class System:
    """One deployed system.

    Attributes:
        name: of the deployment, its database and its role (`quangtri`).
        program: the command (`portal`).
        offset: of its port from the base.
        long_running: verbs that run as processes of their own; the first answers HTTP.
    """

    name: str
    program: str
    offset: int
    long_running: tuple[str, ...] = ("serve",)
    extra_hosts: tuple[str, ...] = ()

    @property
    def prefix(self) -> str:
        return self.program.upper()

    def words(self, *arguments: str) -> list[str]:
        return [str(COMMAND / self.program), *arguments]


EID = System("eid", "eid", 1)
POPULATION = System("population", "population", 2)
NATIONAL = System("national", "portal", 3, ("serve", "worker"), ("files-national",))
QUANGTRI = System("quangtri", "portal", 4, ("serve", "worker"), ("files-quangtri",))
TANTHANH = System("tanthanh", "commune", 5)
QUANGTRI_NAMES = {"vi": "Cổng Dịch vụ công tỉnh Quảng Trị", "en": "Quảng Trị Public Service Portal"}
SYSTEMS = (POPULATION, EID, NATIONAL, QUANGTRI, TANTHANH)
OUTBOX_OFFSET, SMTP_OFFSET, POSTGRES_OFFSET = 0, 8, 9


def public_names() -> list[str]:
    """Every name that a browser uses, for the certificate of `up --tls`."""
    names = [host for system in SYSTEMS for host in (system.name, *system.extra_hosts)]
    return [f"{name}.localhost" for name in ("sandbox", *names)]


@dataclass(frozen=True)
class Deployment:
    """The country at its places, with the databases' addresses and this run's id."""

    places: Places
    databases: dict[str, str]
    run_id: str

    def origin(self, system: System) -> str:
        return self.places.origin(system.name, system.offset)

    @property
    def outbox(self) -> str:
        return self.places.origin("sandbox", OUTBOX_OFFSET)

    def environment(self, system: System) -> dict[str, str]:
        """The settings of one system; nothing of another's keys or database is in it."""
        p, places = system.prefix, self.places
        settings = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(places.state),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "MOTCUA_RUN_ID": self.run_id,
            "MOTCUA_COUNTRY_TIME": f"@{places.clock}",
            f"{p}_ORIGIN": self.origin(system),
            f"{p}_LISTEN": places.listen(system.offset),
            f"{p}_DATABASE_URL": self.databases[system.name],
            f"{p}_KEYS_DIR": str(places.keys / system.name),
            f"{p}_TEST_ENVIRONMENT": "1",
            "SMS_GATEWAY_URL": f"{self.outbox}/gateway/sms",
            "SMS_GATEWAY_TOKEN": places.secret("sms-gateway"),
            "SMTP_URL": f"smtp://127.0.0.1:{places.base + SMTP_OFFSET}",
        }
        if extra_ca := os.environ.get("EXTRA_CA"):
            settings["EXTRA_CA"] = extra_ca
        return settings | _PARTICULARS[system.name](self)


_BEHIND_TLS = {"EID_TRUSTED_PROXIES": "127.0.0.1", "EID_CLIENT_CERT_HEADER": "Client-Cert"}


def _eid(country: Deployment) -> dict[str, str]:
    return {
        "EID_ISSUER": country.origin(EID),
        "EID_POPULATION_URL": country.origin(POPULATION),
        "EID_POPULATION_CLIENT_ID": "eid",
        "EID_OUTBOUND_ALLOW": ",".join(urlsplit(country.origin(system)).netloc for system in (NATIONAL, QUANGTRI)),
        # sandbox.tls stands in front, on this machine: what it says of its callers is believed.
        **(_BEHIND_TLS if country.places.behind_tls else {}),
    }


def _population(country: Deployment) -> dict[str, str]:
    return {
        "POPULATION_EID_URL": country.origin(EID),
        "POPULATION_STAFF_EMAIL": "truc-ban@dan-cu.example.vn",
    }


def _portal(country: Deployment, system: System, role: str) -> dict[str, str]:
    peer = QUANGTRI if role == "national" else NATIONAL
    return {
        "PORTAL_ROLE": role,
        "PORTAL_SLUG": system.name,
        "PORTAL_FILES_ORIGIN": country.places.origin(f"files-{system.name}", system.offset),
        "PORTAL_EID_ISSUER": country.origin(EID),
        "PORTAL_EID_CLIENT_ID": system.name,
        "PORTAL_POPULATION_ORIGIN": country.origin(POPULATION),
        "PORTAL_POPULATION_CLIENT_ID": system.name,
        "PORTAL_NATIONAL_ORIGIN": country.origin(NATIONAL),
        "EXCHANGE_PEERS": f"{peer.name}={country.origin(peer)}",
    }


def _national(country: Deployment) -> dict[str, str]:
    return _portal(country, NATIONAL, "national") | {
        "PORTAL_NAME_VI": "Cổng Dịch vụ công quốc gia",
        "PORTAL_NAME_EN": "National Public Service Portal",
        "EXCHANGE_PEER_TITLES": f"{QUANGTRI.name}={QUANGTRI_NAMES['vi']}|{QUANGTRI_NAMES['en']}",
    }


def _quangtri(country: Deployment) -> dict[str, str]:
    return _portal(country, QUANGTRI, "province") | {
        "PORTAL_NAME_VI": QUANGTRI_NAMES["vi"],
        "PORTAL_NAME_EN": QUANGTRI_NAMES["en"],
    }


def _tanthanh(country: Deployment) -> dict[str, str]:
    return {
        "COMMUNE_NAME_VI": "Xã Tân Thành",
        "COMMUNE_DISTRICT_VI": "Hướng Hóa",
        "COMMUNE_PROVINCE_VI": "Quảng Trị",
        "COMMUNE_PHONE": "0233 000 0001",
        "COMMUNE_PORTAL_NATIONAL_URL": country.origin(NATIONAL),
        "COMMUNE_PORTAL_PROVINCE_URL": country.origin(QUANGTRI),
    }


_PARTICULARS = {
    "eid": _eid,
    "population": _population,
    "national": _national,
    "quangtri": _quangtri,
    "tanthanh": _tanthanh,
}
