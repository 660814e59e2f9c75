"""The real register: `population serve` with the demo people, this provider and one portal as its callers."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from joserfc.jwk import ECKey

from eid_harness.running import clean_environment
from sandbox.testing import free_port
from synthetic import demo
from wire import loopback
from wire.assertion import client_assertion, load_or_create_key, public_jwks

POPULATION = str(Path(sys.executable).parent / "population")


@dataclass
class RealRegister:
    origin: str
    environment: dict[str, str]
    portal: ECKey
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def verb(self, *words: str, feed: str | None = None) -> None:
        done = subprocess.run(
            [POPULATION, *words],
            env=self.environment,
            input=feed,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"population {' '.join(words)}: {done.stdout}{done.stderr}"

    def start(self) -> None:
        with self.log.open("ab") as sink:
            self.process = subprocess.Popen([POPULATION, "serve"], env=self.environment, stdout=sink, stderr=sink)
        deadline = time.monotonic() + 20
        with loopback.client(base_url=self.origin) as http:
            while time.monotonic() < deadline:
                assert self.process.poll() is None, self.log.read_text()[-2000:]
                try:
                    if http.get("/healthz").status_code == 200:
                        return
                except httpx.HTTPError:
                    time.sleep(0.05)
        raise AssertionError(self.log.read_text()[-2000:])

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def match_try(self, person: dict[str, Any]) -> httpx.Response:
        """What a portal does when somebody types a number there: an account_match verify."""
        reference = f"portal_account:{uuid4()}"
        with loopback.client(base_url=self.origin) as http:
            form = {
                "grant_type": "client_credentials",
                "client_id": "national",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": client_assertion("national", self.origin, self.portal),
            }
            headers = {"authorization": f"Bearer {http.post('/token', data=form).json()['access_token']}"}
            http.put(f"/npd/v1/references/{reference.replace(':', '/')}", json={}, headers=headers)
            body = {
                "purpose": {"code": "account_match", "reference": reference},
                "subject": {name: person[name] for name in ("full_name", "birth_date", "personal_id")},
            }
            return http.post("/npd/v1/verify", json=body, headers=headers)


def prepare(database_url: str, folder: Path, eid_issuer: str) -> RealRegister:
    """Migrated and filled, not yet serving, its callers not yet known."""
    port = free_port()
    origin = f"http://population.localhost:{port}"
    environment = clean_environment() | {
        "POPULATION_ORIGIN": origin,
        "POPULATION_LISTEN": f"127.0.0.1:{port}",
        "POPULATION_DATABASE_URL": database_url,
        "POPULATION_KEYS_DIR": str(folder / "keys"),
        "POPULATION_EID_URL": eid_issuer,
        "POPULATION_STAFF_EMAIL": "truc-ban@example.vn",
        "POPULATION_TEST_ENVIRONMENT": "1",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "MOTCUA_RUN_ID": "test",
    }
    register = RealRegister(origin, environment, load_or_create_key(folder / "portal.json"), folder / "log")
    register.verb("keys", "ensure")
    register.verb("migrate")
    register.verb("people", "import", "-", feed="".join(demo.ndjson(demo.population_rows())))
    return register


def introduce(register: RealRegister, folder: Path, eid_jwks: dict[str, Any]) -> None:
    """Register the callers, as operators do."""
    portal = {
        "client_id": "national",
        "name": {"vi": "Cổng Dịch vụ công quốc gia", "en": "National Public Service Portal"},
        "agency_code": "G22",
        "jwks": public_jwks(register.portal),
        "purposes": ["account_match"],
        "grants": [],
        "quota_per_day": 1000,
    }
    eid = {
        "client_id": "eid",
        "name": {"vi": "Hệ thống định danh", "en": "Electronic identification"},
        "agency_code": "G09",
        "jwks": eid_jwks,
        "purposes": ["eid_account", "owner_view"],
        "grants": [],
        "quota_per_day": 1000,
    }
    path = folder / "clients.json"
    path.write_text(json.dumps([portal, eid]))
    register.verb("clients", "import", str(path))
