"""What agencies hand each other before they can talk: public keys and client registrations, as files.

A real deployment does the same by letter and by hand; the verbs are the systems' own.
"""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from typing import Any

from sandbox import stamps
from sandbox.country import EID, NATIONAL, POPULATION, QUANGTRI, Deployment, System
from sandbox.places import Places
from sandbox.processes import run_to_end

TEMPORARY_RESIDENCE = "1.004194"
PREFILL_FIELDS = [
    "full_name", "birth_date", "sex", "personal_id", "permanent_residence", "temporary_residence",
    "current_residence", "household_head",
]  # fmt: skip


def build_assets(places: Places) -> None:
    """CSS, fonts, scripts and compiled translations; found done when nothing changed."""
    log = places.logs / "assets.log"
    # The build wants the caller's own environment: npm settings, HOME, proxies.
    run_to_end([sys.executable, "-m", "design.build"], dict(os.environ), log)
    run_to_end([sys.executable, "-m", "sandbox.translations"], dict(os.environ), log)


def exchange(country: Deployment) -> None:
    """Every system imports the registrations of those that may call it."""
    _import(country, EID, [*(_relying_party(country, one) for one in (NATIONAL, QUANGTRI)), _register_pages(country)])
    _import(country, POPULATION, _register_clients(country))


def introduce(country: Deployment) -> None:
    """The portals pin each other's keys (a province tells its secret for single sign-on) and subscribe to the e-ID."""
    log = country.places.logs / "introduce.log"
    for system, peer in ((NATIONAL, QUANGTRI), (QUANGTRI, NATIONAL)):
        words, environment = system.words("peers", "trust", country.origin(peer)), country.environment(system)
        known = [country.origin(peer), _keys(country, peer)]
        stamps.once(country.places, f"trust-{system.name}", known, partial(run_to_end, words, environment, log))
        words, known = system.words("eid-events", "subscribe"), [country.origin(EID), country.origin(system)]
        stamps.once(country.places, f"events-{system.name}", known, partial(run_to_end, words, environment, log))


def _import(country: Deployment, system: System, registrations: list[dict[str, Any]]) -> None:
    path = country.places.state / "run" / f"clients-{system.name}.json"
    path.write_text(json.dumps(registrations, ensure_ascii=False, indent=1))
    words, log = system.words("clients", "import", str(path)), country.places.logs / f"{system.name}.log"
    environment = country.environment(system)
    stamps.once(country.places, f"clients-{system.name}", registrations, lambda: run_to_end(words, environment, log))


def _keys(country: Deployment, system: System) -> dict[str, Any]:
    keys: dict[str, Any] = json.loads((country.places.keys / f"{system.name}.jwks.json").read_text())
    return keys


def _relying_party(country: Deployment, system: System) -> dict[str, Any]:
    origin = country.origin(system)
    names = {
        NATIONAL: ("Cổng Dịch vụ công quốc gia", "National Public Service Portal", "national"),
        QUANGTRI: ("Cổng Dịch vụ công tỉnh Quảng Trị", "Quảng Trị Public Service Portal", "province"),
    }
    vi, en, accent = names[system]
    return {
        "client_id": system.name,
        "client_name": vi,
        "client_name#en": en,
        "organization": {"vi": vi, "en": en},
        "system": accent,
        "sector": f"portal-{system.name}",
        "profile": "fapi2",
        "redirect_uris": [f"{origin}/vneid/tro-ve"],
        "post_logout_redirect_uris": [f"{origin}/"],
        "initiate_login_uri": f"{origin}/vneid/bat-dau",
        "backchannel_logout_uri": f"{origin}/vneid/backchannel-logout",
        "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["authorization_code", "client_credentials"],
        "scope": "openid identity phone email ssf.read ssf.manage notices.send",
        "consent_with_code": True,
        "jwks": _keys(country, system),
    }


#: What an e-ID has to act upon; births are none of its business.
TOLD_TO_EID = [
    "death",
    "restored",
    "name-changed",
    "data-corrected",
    "number-changed",
    "records-merged",
    "record-split",
]


def _register_pages(country: Deployment) -> dict[str, Any]:
    """The register's own pages, where people see who asked for them and officers decide corrections."""
    origin, name = country.origin(POPULATION), "Cơ sở dữ liệu dân cư"
    return {
        "client_id": "population",
        "client_name": name,
        "client_name#en": "Population register",
        "organization": {"vi": name, "en": "Population register"},
        "system": "population",
        "sector": "population",
        "profile": "fapi2",
        "redirect_uris": [f"{origin}/vneid/tro-ve"],
        "initiate_login_uri": f"{origin}/vneid/bat-dau",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": "openid identity",
        "consent_with_code": True,
        "jwks": _keys(country, POPULATION),
    }


def _register_clients(country: Deployment) -> list[dict[str, Any]]:
    portals = [
        {
            "client_id": system.name,
            "name": {"vi": vi, "en": en},
            "agency_code": agency,
            "jwks": _keys(country, system),
            "purposes": ["account_match", "account_link", "dossier", "conflict_of_interest", "claim"],
            "grants": [{"procedure_code": TEMPORARY_RESIDENCE, "fields": PREFILL_FIELDS}],
            "quota_per_day": 20_000,
            "feed": {
                "push_to": f"{country.origin(system)}/dan-cu/bien-dong",
                "kinds": ["death", "records-merged", "record-split"],
                "about": "asked",
            },
        }
        for system, vi, en, agency in (
            (NATIONAL, "Cổng Dịch vụ công quốc gia", "National Public Service Portal", "G22"),
            (QUANGTRI, "Cổng Dịch vụ công tỉnh Quảng Trị", "Quảng Trị Public Service Portal", "H50"),
        )
    ]
    eid = {
        "client_id": "eid",
        "name": {"vi": "Hệ thống định danh và xác thực điện tử", "en": "Electronic identification system"},
        "agency_code": "G09",
        "jwks": _keys(country, EID),
        "purposes": ["eid_account", "owner_view"],
        "grants": [],
        "quota_per_day": 100_000,
        "feed": {"push_to": f"{country.origin(EID)}/register-events", "kinds": TOLD_TO_EID, "about": "everybody"},
    }
    return [*portals, eid]
