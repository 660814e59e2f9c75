"""npm oidc-provider, with its settings and adapters in `bench/peers/oidc_provider/`."""

from __future__ import annotations

import json
import subprocess
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
from design.node import NodeNotFound, find_node

HERE = ROOT / "bench/peers/oidc_provider"

#: Two configurations per storage; the better one counts.
DURABLE: dict[str, dict[str, Any]] = {
    "jsonb, 4 connections": {"storage": "postgres", "postgres": {"type": "jsonb", "size": 4}},
    "text, 16 connections": {"storage": "postgres", "postgres": {"type": "text", "size": 16}},
}
# Its own in-memory storage forgets all but the last 1,000 records, sessions too, and cannot bear a load.
IN_MEMORY: dict[str, dict[str, Any]] = {
    "a Map": {"storage": "map"},
    "a Map, young generation of 64 MiB": {"storage": "map", "node": ["--max-semi-space-size=64"]},
}


class OidcProvider:
    """One process, and a PostgreSQL server of its own where the storage is durable. `base`: two free ports."""

    def __init__(self, name: str, folder: Path, base: int, settings: dict[str, Any]) -> None:
        self.name = name
        self._folder = folder
        self._base = base
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._postgres = Postgres(folder / "postgres", base + 1) if settings["storage"] == "postgres" else None

    def start(self) -> Target:
        """Installs the locked packages where they are missing; then an empty storage and fresh sessions."""
        try:
            node = find_node()
        except NodeNotFound as missing:
            raise NotRun(str(missing)) from None
        if not (HERE / "node_modules/oidc-provider").exists():
            done = node.run(node.npm_cli, "ci", "--no-audit", "--no-fund", cwd=HERE)
            if done.returncode != 0:
                raise NotRun(f"npm ci failed: {done.stderr.strip().splitlines()[-1][:200]}")
        database = ""
        if self._postgres is not None:
            self._postgres.start()
            database = self._postgres.create("peer")
        issuer = f"http://op.localhost:{self._base}"
        clients = plain, fapi2, machine = relying_parties()
        document = self._settings | {
            "issuer": issuer,
            "port": self._base,
            "database": database,
            "clients": [_registration(client) for client in clients],
        }
        self._folder.mkdir(parents=True, exist_ok=True)
        log = self._folder / "log"
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                [str(node.program), *self._settings.get("node", []), "provider.mjs"],
                cwd=HERE,
                stdin=subprocess.PIPE,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )
        if self._process.stdin is not None:
            self._process.stdin.write(json.dumps(document).encode())
            self._process.stdin.close()
        target = Target(
            self.name,
            issuer,
            "op.localhost",
            self._base,
            metadata(issuer, self._process, log, 30),
            plain,
            fapi2,
            machine,
            self._process.pid,
            self._postgres.pid if self._postgres else None,
        )
        drive.in_loop(_sign_everybody_in(target))
        return target

    def stop(self) -> None:
        end(self._process)
        if self._postgres is not None:
            self._postgres.stop()


def _registration(client: Relying) -> dict[str, Any]:
    code = bool(client.scope)
    fapi2 = client.client_id == "bench-fapi2"
    return {
        "client_id": client.client_id,
        "redirect_uris": [client.redirect_uri] if code else [],
        "response_types": ["code"] if code else [],
        "grant_types": (["authorization_code", "refresh_token"] if fapi2 else ["authorization_code"])
        if code
        else ["client_credentials"],
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "id_token_signed_response_alg": "ES256",
        "dpop_bound_access_tokens": fapi2,
        "require_pushed_authorization_requests": fapi2,
        "jwks": {"keys": [client.key.jwk]},
    }


async def _sign_everybody_in(target: Target) -> None:
    connection = Connection(f"{target.host}:{target.port}", target.port)
    for number in range(SESSIONS):
        browser = Browser(target.issuer, connection)
        for client in (target.plain, target.fapi2):
            path, _ = await authorization_path(
                target,
                User(connection, b""),
                client,
                pushed=client is target.fapi2,
                login_hint=f"person-{number}",
            )
            _, answer = await browser.go(path)
            code_of(target, answer)
        target.cookies.append(browser.cookie)
    connection.close()
