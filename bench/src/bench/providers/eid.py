"""Our e-ID provider, with every check, audit record and durable write on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import Any

import psycopg

from bench.load import drive
from bench.load.connection import Connection
from bench.load.sign_in import Gateway, Person, SignIn
from bench.load.target import Relying, Target, User
from bench.postgres import Postgres
from bench.providers.provider import SESSIONS, end, metadata, relying_parties

EID = Path(sys.executable).parent / "eid"
_GRANT_TYPES = {
    "bench-plain": ["authorization_code"],
    "bench-fapi2": ["authorization_code", "refresh_token"],
    "bench-machine": ["client_credentials"],
}
PASSWORD = "Song-Thach-Han-1972"  # noqa: S105


class Eid:
    """One provider with a PostgreSQL server of its own. `base`: four free ports from here on."""

    def __init__(self, folder: Path, base: int, *, workers: int = 1) -> None:
        self.name = "eid"
        self._folder = folder
        self._base = base
        self._workers = workers
        self._process: subprocess.Popen[bytes] | None = None
        self.postgres = Postgres(folder / "postgres", base + 1)
        self.people: deque[Person] = deque()
        self.gateway = Gateway(base + 2)
        self.database_url = ""

    @property
    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return kept | {
            "EID_ISSUER": f"http://eid.localhost:{self._base}",
            "EID_LISTEN": f"127.0.0.1:{self._base}",
            "EID_WORKERS": str(self._workers),
            "EID_DATABASE_URL": self.database_url,
            "EID_KEYS_DIR": str(self._folder / "keys"),
            "EID_POPULATION_URL": f"http://population.localhost:{self._base + 3}",
            "SMS_GATEWAY_URL": f"http://127.0.0.1:{self._base + 2}/sms",
            "SMS_GATEWAY_TOKEN": "bench",
            "SMTP_URL": f"smtp://127.0.0.1:{self._base + 3}",
        }

    def start(self) -> Target:
        """An empty database, three clients, people, and a browser of each signed in by password and code."""
        self.postgres.start()
        self.database_url = self.postgres.create("eid")
        self._verb("migrate")
        self._verb("keys", "ensure")
        clients = plain, fapi2, machine = relying_parties()
        for client in clients:
            self._register(client)
        self._import_people(4 * SESSIONS)
        target = self.serve(plain, fapi2, machine)
        drive.in_loop(self._sign_everybody_in(target))
        self._consent_to(fapi2)
        return target

    def serve(self, plain: Relying, fapi2: Relying, machine: Relying, profile: Path | None = None) -> Target:
        """(Re)start the server alone; with `profile` under cProfile, which writes there at `interrupt`."""
        end(self._process)
        around = [] if profile is None else [sys.executable, "-m", "cProfile", "-o", str(profile)]
        log = self._folder / "log"
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                [*around, str(EID), "serve"], env=self._environment, stdout=sink, stderr=sink, start_new_session=True
            )
        issuer = self._environment["EID_ISSUER"]
        found = metadata(issuer, self._process, log, 60)
        host = issuer.removeprefix("http://").partition(":")[0]
        return Target(
            self.name, issuer, host, self._base, found, plain, fapi2, machine, self._process.pid, self.postgres.pid
        )

    def again(self, target: Target, *, workers: int, profile: Path | None = None) -> Target:
        """The same database, clients and sessions, served by so many workers."""
        self._workers = workers
        served = self.serve(target.plain, target.fapi2, target.machine, profile)
        served.cookies = target.cookies
        return served

    def interrupt(self) -> None:
        """End the server as Ctrl-C does: a profiler around it still writes what it saw."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(20)

    def stop(self) -> None:
        end(self._process)
        self.postgres.stop()

    def _verb(self, *words: str, feed: str = "") -> None:
        done = subprocess.run(
            [str(EID), *words], env=self._environment, input=feed, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise SystemExit(f"eid {' '.join(words)}: {done.stdout}{done.stderr}")

    def _register(self, client: Relying) -> None:
        document: dict[str, Any] = {
            "client_id": client.client_id,
            "client_name": client.client_id,
            "redirect_uris": [client.redirect_uri],
            "jwks": {"keys": [client.key.jwk]},
            "scope": "openid email phone",
            "sector": client.client_id,
            "system": "sandbox",
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "id_token_signed_response_alg": "ES256",
            "grant_types": _GRANT_TYPES[client.client_id],
            "profile": "fapi2" if client.client_id == "bench-fapi2" else "oidc",
        }
        self._verb("clients", "import", "/dev/stdin", feed=json.dumps([document]))

    def _import_people(self, count: int) -> None:
        lines = []
        for number in range(count):
            person = Person(f"045185{number:06d}", PASSWORD, f"0900{number:06d}")
            self.people.append(person)
            lines.append(
                {
                    "personal_id": person.personal_id,
                    "full_name": f"Hồ Thị Mẫu {number}",
                    "birth_date": "1985-02-12",
                    "sex": "F",
                    "phone": person.phone,
                    "email": f"mau{number}@example.vn",
                    "password": person.password,
                    "level": 2,
                    "state": "active",
                }
            )
        self._verb("people", "import", "-", feed="\n".join(map(json.dumps, lines)))

    async def _sign_everybody_in(self, target: Target) -> None:
        walk = SignIn(self.people, self.gateway)
        async with self.gateway:
            user = User(Connection(f"{target.host}:{target.port}", target.port), b"")
            for _ in range(SESSIONS):
                await walk(target, user)
            user.connection.close()
        target.cookies = walk.sessions

    def _consent_to(self, client: Relying) -> None:
        # What each person said yes to at the plain client, said to this one too: no flow but the sign-in shows a page.
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(
                "insert into consents (id, account_id, client_id, asked, granted, version, given_at)"
                " select gen_random_uuid(), account_id, %s, asked, granted, version, given_at from consents",
                (client.client_id,),
            )
