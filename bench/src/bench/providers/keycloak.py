"""Keycloak, its distribution from Maven Central, with a PostgreSQL server of its own.

Everybody is signed in through its own login page. Its realm is made here: the same three clients and algorithms.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

from bench.load import drive
from bench.load.browser import Browser
from bench.load.connection import Connection
from bench.load.flows import authorization_path, code_of
from bench.load.target import Relying, Target, User
from bench.postgres import Postgres
from bench.providers.provider import SESSIONS, NotRun, end, metadata, relying_parties
from bench.record import ROOT

VERSION = "26.7.3"
ARTIFACT = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
KEPT = ROOT / ".motcua/bench"
PASSWORD = "Song-Thach-Han-1972"  # noqa: S105
REALM = "bench"

#: Two configurations; the better one counts. The second keeps user sessions in memory only: less than it should do.
CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "as it comes": {"build": [], "java": "-Xms512m -Xmx1g"},
    "sessions in memory, heap of 2 GiB": {
        "build": ["--features-disabled=persistent-user-sessions"],
        "java": "-Xms2g -Xmx2g",
    },
}


class Keycloak:
    """One process. `base`: two free ports."""

    def __init__(self, name: str, folder: Path, base: int, settings: dict[str, Any]) -> None:
        self.name = name
        self._folder = folder
        self._base = base
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._postgres = Postgres(folder / "postgres", base + 1)
        self.login_path = ""

    def start(self) -> Target:
        """Unpacks, builds for PostgreSQL, imports the realm, signs everybody in."""
        java, archive = _java(), _distribution()
        home = self._folder / f"keycloak-{VERSION}"
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(self._folder)
        self._postgres.start()
        database = self._postgres.create("keycloak")
        password = database.partition("//keycloak:")[2].partition("@")[0]
        environment = {
            "PATH": os.environ["PATH"],
            "JAVA_HOME": str(java),
            "JAVA_OPTS_KC_HEAP": self._settings["java"],
        }
        script = str(home / "bin/kc.sh")
        (home / "bin/kc.sh").chmod(0o755)
        log = self._folder / "log"
        clients = plain, fapi2, machine = relying_parties()
        folder = home / "data/import"
        folder.mkdir(parents=True)
        (folder / f"{REALM}-realm.json").write_text(json.dumps(_realm(clients)))
        with log.open("ab") as sink:
            words = [script, "build", "--db=postgres", *self._settings["build"]]
            subprocess.run(words, env=environment, stdout=sink, stderr=sink, check=False, timeout=300)
            origin = f"http://kc.localhost:{self._base}"
            words = [
                script, "start", "--optimized", "--import-realm", "--http-enabled=true", "--http-host=127.0.0.1",
                f"--http-port={self._base}", f"--hostname={origin}",
                "--cache=local", "--log-level=warn",
                f"--db-url=jdbc:postgresql://127.0.0.1:{self._base + 1}/keycloak",
                "--db-username=keycloak", f"--db-password={password}",
            ]  # fmt: skip
            self._process = subprocess.Popen(words, env=environment, stdout=sink, stderr=sink, start_new_session=True)
        issuer = f"{origin}/realms/{REALM}"
        found = metadata(issuer, self._process, log, 240)
        target = Target(
            self.name, issuer, "kc.localhost", self._base, found, plain, fapi2, machine,
            self._process.pid, self._postgres.pid,
        )  # fmt: skip
        drive.in_loop(_sign_everybody_in(target, origin))
        return target

    def stop(self) -> None:
        end(self._process)
        self._postgres.stop()


def _java() -> Path:
    """The newest Java here, 17 at least."""
    found: list[tuple[int, Path]] = []
    which = shutil.which("java")
    for program in [Path(which)] if which else []:
        found.append((_major(program), program.resolve().parents[1]))
    found += [(_major(program), program.parents[1]) for program in Path("/usr/lib/jvm").glob("*/bin/java")]
    major, home = max(found, default=(0, Path()))
    if major < 17:
        raise NotRun("Java 17 or newer is missing")
    return home


def _major(program: Path) -> int:
    done = subprocess.run([str(program), "-version"], capture_output=True, text=True, check=False)
    match = re.search(r'version "(\d+)', done.stderr)
    return int(match.group(1)) if match else 0


def _distribution() -> Path:
    """The zip, through Maven's own client, kept for the next run."""
    path = KEPT / f"keycloak-quarkus-dist-{VERSION}.zip"
    if path.exists():
        return path
    maven = shutil.which("mvn")
    if maven is None:
        raise NotRun("Maven is missing, so Keycloak cannot be had")
    KEPT.mkdir(parents=True, exist_ok=True)
    goal = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
    words = [maven, "-q", "-B", goal, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={KEPT}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode != 0 or not path.exists():
        raise NotRun(f"Keycloak {VERSION} could not be had from Maven Central")
    return path


def _realm(clients: tuple[Relying, ...]) -> dict[str, Any]:
    return {
        "realm": REALM,
        "enabled": True,
        "sslRequired": "none",
        "defaultSignatureAlgorithm": "ES256",
        "revokeRefreshToken": True,
        "refreshTokenMaxReuse": 0,
        "accessTokenLifespan": 300,
        "ssoSessionIdleTimeout": 36000,
        "clients": [_registration(client) for client in clients],
        "users": [_user(number) for number in range(SESSIONS)],
        "components": {
            "org.keycloak.keys.KeyProvider": [
                {
                    "name": "ecdsa",
                    "providerId": "ecdsa-generated",
                    "config": {"priority": ["200"], "ecdsaEllipticCurveKey": ["P-256"]},
                }
            ]
        },
    }


def _registration(client: Relying) -> dict[str, Any]:
    code, fapi2 = bool(client.scope), client.client_id == "bench-fapi2"
    return {
        "clientId": client.client_id,
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "clientAuthenticatorType": "client-jwt",
        "standardFlowEnabled": code,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": not code,
        "fullScopeAllowed": False,
        "redirectUris": [client.redirect_uri],
        "defaultClientScopes": ["basic", "acr", "email"] if code else ["basic"],
        "attributes": {
            "use.jwks.string": "true",
            "jwks.string": json.dumps({"keys": [client.key.jwk]}),
            "token.endpoint.auth.signing.alg": "ES256",
            "id.token.signed.response.alg": "ES256",
            "access.token.signed.response.alg": "ES256",
            "access.token.header.type.rfc9068": "true",
            "use.refresh.tokens": str(fapi2).lower(),
        }
        | ({"pkce.code.challenge.method": "S256"} if code else {})
        | ({"dpop.bound.access.tokens": "true", "require.pushed.authorization.requests": "true"} if fapi2 else {}),
        "protocolMappers": [] if code else [_own_audience(client)],
    }


def _own_audience(client: Relying) -> dict[str, Any]:
    """Without it a client may not introspect its own token."""
    return {
        "name": "audience",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-audience-mapper",
        "config": {"included.client.audience": client.client_id, "access.token.claim": "true"},
    }


def _user(number: int) -> dict[str, Any]:
    return {
        "username": f"person-{number}",
        "enabled": True,
        "email": f"person-{number}@example.vn",
        "emailVerified": True,
        "firstName": "Thị Mẫu",
        "lastName": "Hồ",
        "credentials": [{"type": "password", "value": PASSWORD}],
    }


async def _sign_everybody_in(target: Target, origin: str) -> None:
    connection = Connection(f"{target.host}:{target.port}", target.port)
    user = User(connection, b"")
    for number in range(SESSIONS):
        browser = Browser(origin, connection)
        path, _ = await authorization_path(target, user, target.plain, pushed=False)
        path, page = await browser.go(path)
        _, answer = await browser.submit(path, page, username=f"person-{number}", password=PASSWORD)
        code_of(target, answer)
        path, _ = await authorization_path(target, user, target.fapi2, pushed=True)
        path, answer = await browser.go(path)
        code_of(target, answer)
        target.cookies.append(browser.cookie)
    connection.close()
