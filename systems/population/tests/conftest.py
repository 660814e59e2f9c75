"""The register as it runs: its own process, real PostgreSQL, callers with keys of their own, an e-ID that listens."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from aiosmtpd.controller import Controller
from joserfc.jwk import ECKey

from sandbox.testing import free_port
from synthetic import demo
from wire import loopback
from wire.assertion import client_assertion, load_or_create_key, public_jwks

from .issuer import Guest, Issuer, as_json

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
DUYEN = {"full_name": "Hồ Thị Mỹ Duyên", "birth_date": "1985-02-12", "personal_id": "045185000123"}
RESIDENCE = "1.004194"
GRANTED = ["full_name", "birth_date", "sex", "permanent_residence", "household_head", "household_members"]


@dataclass
class Eid:
    """What stands in the e-ID's place on the wire: takes events, can be told to be away."""

    port: int
    received: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    away: bool = False
    refuse_next: bool = False
    issuer: Issuer = field(init=False)

    def __post_init__(self) -> None:
        self.issuer = Issuer(self.port)


@pytest.fixture(scope="session")
def eid() -> Iterator[Eid]:
    state = Eid(free_port())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.as_issuer("")

        def as_issuer(self, body: str) -> None:
            status, said, headers = state.issuer.answer(self.path, body, self.headers)
            content = as_json(said)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path in ("/par", "/token"):
                self.as_issuer(body)
                return
            status = 503 if state.away else 400 if state.refuse_next else 202
            state.refuse_next = False
            if status == 202:
                assert self.path in ("/register-events", "/changes", "/of-mine")
                assert self.headers["Content-Type"] == "application/secevent+jwt"
                (state.received if self.path == "/register-events" else state.changes).append(body)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", state.port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()


@dataclass
class Mailbox:
    """A real SMTP server that keeps what it gets."""

    port: int
    messages: list[tuple[list[str], str, str]] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=default)
        body = mail.get_body()
        self.messages.append((envelope.rcpt_tos, str(mail["Subject"]), body.get_content() if body else ""))
        return "250 OK"


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox(free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


@dataclass
class Caller:
    """A registered system: its key, its token, its questions."""

    register: "Register"
    client_id: str
    key: ECKey
    _token: str = ""

    def assertion(self) -> str:
        return client_assertion(self.client_id, self.register.origin, self.key)

    def ask_token(self, assertion: str, **more: str) -> Any:
        form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE} | more
        return self.register.http.post("/token", data=form | {"client_assertion": assertion})

    @property
    def token(self) -> str:
        if not self._token:
            answer = self.ask_token(self.assertion())
            assert answer.status_code == 200, answer.text
            self._token = answer.json()["access_token"]
        return self._token

    def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token if token is not None else self.token}"}
        return self.register.http.request(method, path, json=body, headers=headers)

    def open(self, reference: str) -> str:
        kind, ref = reference.split(":", 1)
        assert self.call("PUT", f"/npd/v1/references/{kind}/{ref}", {}).status_code == 200
        return reference

    def account(self) -> str:
        return self.open(f"portal_account:{uuid4()}")

    def verify(self, subject: dict[str, str], *, code: str = "account_match", reference: str = "", **more: Any) -> Any:
        purpose = {"code": code, "reference": reference or self.account()}
        if code == "dossier":
            purpose["procedure_code"] = RESIDENCE
        return self.call("POST", "/npd/v1/verify", {"purpose": purpose, "subject": subject, **more})


@dataclass
class Register:
    """The running register and the ways around it that a test needs."""

    origin: str
    environment: dict[str, str]
    stderr: Path
    http: Any
    callers: dict[str, Caller]
    process: subprocess.Popen[bytes] | None = None

    @property
    def keys_dir(self) -> Path:
        return Path(self.environment["POPULATION_KEYS_DIR"])

    def run(self, *words: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        """One verb of the command line."""
        command = [str(Path(sys.executable).parent / "population"), *words]
        return subprocess.run(command, env=self.environment, input=stdin, capture_output=True, check=False)

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.environment["POPULATION_DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(statement, values)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def serve(self) -> None:
        command = [str(Path(sys.executable).parent / "population"), "serve"]
        with self.stderr.open("ab") as sink:
            self.process = subprocess.Popen(command, env=self.environment, stdout=sink, stderr=sink)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if self.http.get("/healthz").status_code == 200:
                    return
            except OSError:
                pass
            except Exception as fault:
                if "Connect" not in type(fault).__name__:
                    raise
            assert self.process.poll() is None, self.stderr.read_text()
            time.sleep(0.05)
        raise AssertionError(self.stderr.read_text())

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(60)
            self.process = None


def registrations(keys: dict[str, ECKey]) -> list[dict[str, Any]]:
    def client(name: str, agency: str, purposes: list[str], fields: list[str], quota: int) -> dict[str, Any]:
        return {
            "client_id": name,
            "name": {"vi": f"Hệ thống {name}", "en": f"System {name}"},
            "agency_code": agency,
            "jwks": public_jwks(keys[name]),
            "purposes": purposes,
            "grants": [{"procedure_code": RESIDENCE, "fields": fields}] if fields else [],
            "quota_per_day": quota,
        }

    portal = ["account_match", "account_link", "dossier", "conflict_of_interest", "claim"]
    return [
        client("national", "G22", portal, GRANTED, 10_000),
        client("quangtri", "H50", portal, ["full_name"], 10_000),
        client("thrifty", "H49", ["dossier"], [], 2),
        client("leaving", "H48", ["dossier"], [], 2),
        client("eid", "G09", ["eid_account", "owner_view"], [], 10_000),
    ]


def prepare(url: str, folder: Path, eid_port: int, smtp_port: int) -> Register:
    """A register with keys, migrated, with its callers and the demo people; not yet serving."""
    port = free_port()
    origin = f"http://population.localhost:{port}"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONUNBUFFERED": "1",
        "MOTCUA_RUN_ID": "test-run",
        "POPULATION_ORIGIN": origin,
        "POPULATION_LISTEN": f"127.0.0.1:{port}",
        "POPULATION_DATABASE_URL": url,
        "POPULATION_KEYS_DIR": str(folder / "keys"),
        "POPULATION_EID_URL": f"http://eid.localhost:{eid_port}",
        "POPULATION_STAFF_EMAIL": "truc-ban@example.vn",
        "POPULATION_TEST_ENVIRONMENT": "1",
        "POPULATION_ALARM_NO_MATCH": "6",
        "MOTCUA_COUNTRY_TIME": "0",
        "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
    }
    if "PYTHONPATH" in os.environ:
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    http = loopback.client(base_url=origin, timeout=60)
    register = Register(origin, environment, folder / "log", http, {})
    keys = {
        name: load_or_create_key(folder / f"{name}.json")
        for name in ("national", "quangtri", "thrifty", "leaving", "eid")
    }
    (folder / "clients.json").write_text(json.dumps(registrations(keys)))
    feed = "".join(demo.ndjson(demo.population_rows())).encode()
    for words, stdin in (
        (["keys", "ensure"], None),
        (["migrate"], None),
        (["clients", "import", str(folder / "clients.json")], None),
        (["people", "import", "-"], feed),
    ):
        done = register.run(*words, stdin=stdin)
        assert done.returncode == 0, done.stderr.decode()
    register.callers = {name: Caller(register, name, key) for name, key in keys.items()}
    return register


@pytest.fixture(scope="session")
def register(make_database: Callable[[str], str], eid: Eid, mailbox: Mailbox) -> Iterator[Register]:
    with tempfile.TemporaryDirectory(prefix="motcua-test-population-") as folder:
        running = prepare(make_database("population"), Path(folder), eid.port, mailbox.port)
        running.serve()
        try:
            yield running
        finally:
            running.stop()
            running.http.close()


@pytest.fixture
def national(register: Register) -> Caller:
    """The national portal, with the day's counts forgotten."""
    register.sql("delete from quota")
    return register.callers["national"]


@pytest.fixture
def quangtri(register: Register) -> Caller:
    return register.callers["quangtri"]


@pytest.fixture
def eid_caller(register: Register) -> Caller:
    return register.callers["eid"]


@pytest.fixture
def guest(register: Register, eid: Eid) -> Callable[[], Guest]:
    """`guest()`: a new browser at the register's own pages."""
    eid.issuer.says, eid.issuer.tells = {}, {}
    return lambda: Guest(register, eid.issuer)
